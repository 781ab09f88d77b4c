//go:build unix

package examples

import (
	"bytes"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// docker stands in for Docker: it runs the mock's command on this machine. It
// knows `docker exec CONTAINER /kycmock ...` and `docker run ... IMAGE ...`, of
// which it looks at --volume alone.
const docker = `#!/bin/bash
set -euo pipefail
if [ "$1" = exec ]; then
	shift 3
	exec "$KYCMOCK_BINARY" "$@"
fi
while [ "$1" != "$KYCMOCK_IMAGE" ]; do
	if [ "$1" = --volume ]; then from="${2%%:*}" to="${2##*:}"; fi
	shift
done
shift
exec "$KYCMOCK_BINARY" "${@/=$to\//=$from/}"
`

// A desk is a folder with what a workflow's scripts find on a runner: the
// examples, Docker's stand-in, and ports of this machine's instead of theirs.
type desk struct {
	dir, binary string
	here        *strings.Replacer // of a workflow's addresses
	env         []string
}

func newDesk(t *testing.T, binary string, addresses ...string) *desk {
	t.Helper()
	d := &desk{dir: t.TempDir(), binary: binary}
	for _, port := range []string{"3000", "3001", "8080", "8090"} {
		addresses = append(addresses, port, freePort(t))
	}
	d.here = strings.NewReplacer(append(addresses, "0.0.0.0", "127.0.0.1")...)
	node := filepath.Join(d.dir, "examples/receivers/node")
	tools := filepath.Join(d.dir, "tools")
	for _, dir := range []string{node, tools} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	modules, err := filepath.Abs("receivers/node/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(modules, filepath.Join(node, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"examples/receivers/mock.env":          d.here.Replace(read(t, "receivers/mock.env")),
		"examples/receivers/node/receiver.mjs": read(t, "receivers/node/receiver.mjs"),
		"tools/docker":                         docker,
		"tools/npm":                            "#!/bin/sh\n", // all is installed
	} {
		if err := os.WriteFile(filepath.Join(d.dir, path), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	d.env = append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"), "KYCMOCK_BINARY="+d.binary,
		d.here.Replace("KYCMOCK_URL=http://127.0.0.1:8080"))
	return d
}

// freePort is a port at which nobody listens, and from which no connection is
// made by chance.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(20000 + rand.IntN(10000))
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// serve runs the mock with a service's environment.
func (d *desk) serve(t *testing.T, service map[string]string) {
	t.Helper()
	c := exec.Command(d.binary)
	c.Env = []string{d.here.Replace("KYCMOCK_ADDR=127.0.0.1:8080")}
	for name, value := range service {
		c.Env = append(c.Env, name+"="+d.here.Replace(value))
	}
	c.Stderr = t.Output()
	ready, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	if _, err := ready.Read(make([]byte, 1)); err != nil {
		t.Fatalf("the mock does not start: %v", err)
	}
}

// bash runs a script as a runner does, and ends what it has started.
func (d *desk) bash(t *testing.T, script string, env ...string) (said string, err error) {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out")) // a pipe would stay open for what goes on
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	c := exec.CommandContext(t.Context(), "bash", "-eo", "pipefail", "-c", d.here.Replace(script))
	c.Dir, c.Env, c.Stdout, c.Stderr = d.dir, append(d.env, env...), out, out
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = c.Start()
	if err == nil {
		err = c.Wait()
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // the group that it is the first of
	}
	text, _ := os.ReadFile(out.Name())
	return string(text), err
}

// reports wants JUnit reports of so many scenarios that passed.
func (d *desk) reports(t *testing.T, scenarios int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(d.dir, "reports/*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		told += bytes.Count(text, []byte("<testsuite "))
		if bytes.Contains(text, []byte("<failure")) || bytes.Contains(text, []byte("<error")) {
			t.Errorf("%s: %s", file, text)
		}
	}
	if told != scenarios {
		t.Errorf("there are reports of %d scenarios in %v, wanted %d", told, files, scenarios)
	}
}

// The scripts of the files are run on this machine, with the real command.
func TestTheScriptsPass(t *testing.T) {
	t.Parallel()
	each(t, map[string]func(*testing.T, string){
		"the workflow of GitHub Actions": gitHubPasses,
		"the job of GitLab CI":           gitLabPasses,
		"the services of Compose":        composePasses,
	})
}

func gitHubPasses(t *testing.T, binary string) {
	var hub githubWorkflow
	parse(t, read(t, "github-actions.yml"), &hub)
	job := hub.Jobs["webhooks"]
	d := newDesk(t, binary, "host.docker.internal", "127.0.0.1")
	d.serve(t, job.Services["kycmock"].Env)
	var script strings.Builder
	for _, step := range job.Steps {
		if step.Run == "" {
			continue
		}
		run := step.Run
		if step.If == "failure()" {
			run = "echo and if it failed\n" + run
		}
		script.WriteString("cd " + d.dir + "/" + step.Dir + "\n" + run + "\n")
	}
	said, err := d.bash(t, script.String(), "KYCMOCK=kycmock", "KYCMOCK_IMAGE="+job.Env["KYCMOCK_IMAGE"])
	if err != nil || !strings.Contains(said, "and if it failed") {
		t.Fatalf("%v: %s", err, said)
	}
	d.reports(t, 8)
}

func gitLabPasses(t *testing.T, binary string) {
	var lab gitlabJobs
	parse(t, read(t, "gitlab-ci.yml"), &lab)
	job := lab["webhooks"]
	d := newDesk(t, binary, "//build:", "//127.0.0.1:", "//kycmock:", "//127.0.0.1:")
	service := map[string]string{}
	for name, value := range job.Variables {
		if strings.HasPrefix(name, "KYCMOCK_") {
			service[name] = value
		}
	}
	d.serve(t, service)
	said, err := d.bash(t, strings.Join(append(job.Before, job.Script...), "\n"))
	if err != nil || !strings.Contains(said, "uip-tampered passed") {
		t.Fatalf("%v: %s", err, said)
	}
	d.reports(t, 6)
}

// What the services of compose.yaml run, told their addresses on this machine.
func composePasses(t *testing.T, binary string) {
	c := composed(t, read(t, "compose.yaml"))
	// The application's two containers and the mock's have a port of their own each.
	d := newDesk(t, binary, "app-tested:3000", "app-tested:3001", "scenarios:8080", "scenarios:8090")
	twice := d.here
	d.here = strings.NewReplacer("//app:3000", twice.Replace("//127.0.0.1:3000"), "//app-tested:3000", twice.Replace("//127.0.0.1:3001"),
		"//kycmock:8080", twice.Replace("//127.0.0.1:8080"), "//scenarios:8080", twice.Replace("//127.0.0.1:8090"),
		"127.0.0.1:8080", twice.Replace("127.0.0.1:8080"))
	d.serve(t, c.Services["kycmock"].Environment)
	var script strings.Builder
	for service, port := range map[string]string{"app": "3000", "app-tested": "3001"} {
		for name, value := range c.Services[service].Environment {
			script.WriteString("export " + name + "=" + value + "\n")
		}
		port = twice.Replace(port)
		script.WriteString("PORT=" + port + " node examples/receivers/node/receiver.mjs &\n")
		script.WriteString("curl --silent --fail --retry 20 --retry-delay 1 --retry-connrefused http://127.0.0.1:" + port + "/healthz\n")
	}
	script.WriteString("export " + d.here.Replace("KYCMOCK_URL=http://kycmock:8080") + " KYCMOCK_ADDR=127.0.0.1:" + twice.Replace("8090") + "\n" +
		"kycmock() { \"$KYCMOCK_BINARY\" \"$@\"; }\n" +
		"kycmock trigger enrollment --wait delivered\n" +
		"kycmock trigger message --data status=declined --wait delivered\n")
	for _, service := range []string{"uqudo-scenarios", "uip-scenarios"} {
		script.WriteString("kycmock " + c.Services[service].Command + "\n")
	}
	if said, err := d.bash(t, script.String()); err != nil || strings.Count(said, "uqudo session") < 2 || !strings.Contains(said, " declined") {
		t.Errorf("%v: %s", err, said)
	}
}
