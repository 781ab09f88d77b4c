//go:build container

// Package container tests the image that scripts/container has built: what it
// is configured to be, and that its binary does its work in its root alone.
package container

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
)

// user is who runs in the image: nobody of the host's.
const user = 65532

// setting is an environment variable by which the script tells where what it
// built is.
func setting(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: run scripts/container", name)
	}
	return value
}

func TestTheImageIsConfiguredForCI(t *testing.T) {
	text, err := os.ReadFile(setting(t, "KYCMOCK_IMAGE_CONFIG"))
	if err != nil {
		t.Fatal(err)
	}
	type config struct {
		User         string
		Env          []string
		Entrypoint   []string
		Cmd          []string
		ExposedPorts map[string]struct{}
		Labels       map[string]string
		Healthcheck  struct{ Test []string }
	}
	var image struct {
		Docker struct {
			Config config `json:"config"`
		}
	}
	if err := json.Unmarshal(text, &image); err != nil {
		t.Fatal(err)
	}
	got := image.Docker.Config
	if got.User != "65532:65532" || !reflect.DeepEqual(got.Entrypoint, []string{"/kycmock"}) || len(got.Cmd) > 0 {
		t.Errorf("it runs %v %v as %q", got.Entrypoint, got.Cmd, got.User)
	}
	if _, exposed := got.ExposedPorts["8080/tcp"]; !exposed || len(got.ExposedPorts) != 1 {
		t.Errorf("it exposes %v", got.ExposedPorts)
	}
	if env := strings.Join(got.Env, " "); !strings.Contains(env+" ", "KYCMOCK_ADDR=:8080 ") || !strings.Contains(env+" ", "KYCMOCK_CONTAINER=true ") {
		t.Errorf("its environment is %s", env)
	}
	if !reflect.DeepEqual(got.Healthcheck.Test, []string{"CMD", "/kycmock", "healthcheck"}) {
		t.Errorf("its health is checked by %v", got.Healthcheck.Test)
	}
	if l := got.Labels; l["org.opencontainers.image.version"] != "1.2.3-test" || l["org.opencontainers.image.revision"] != "abc1234" || l["org.opencontainers.image.title"] != "kycmock" {
		t.Errorf("its labels are %v", got.Labels)
	}
}

func TestTheImageHoldsTheBinaryAndLittleElse(t *testing.T) {
	root := setting(t, "KYCMOCK_IMAGE_ROOT")
	var size int64
	found := []string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		size += info.Size()
		name, err := filepath.Rel(root, path)
		found = append(found, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"etc/ssl/certs/ca-certificates.crt", "kycmock"}; !reflect.DeepEqual(found, want) {
		t.Errorf("it holds %v, want %v", found, want)
	}
	if size >= 20_000_000 {
		t.Errorf("it is %d bytes, want less than 20 MB", size)
	}
	t.Logf("the image is %.1f MB", float64(size)/1e6)
}

// command is the image's binary in the image's root, as the image's user.
func command(t *testing.T, ctx context.Context, env []string, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(ctx, "/kycmock", args...)
	c.Dir, c.Env = "/", env
	c.SysProcAttr = &syscall.SysProcAttr{
		Chroot:     setting(t, "KYCMOCK_IMAGE_ROOT"),
		Credential: &syscall.Credential{Uid: user, Gid: user},
	}
	return c
}

func TestTheBinaryServesFromTheImagesRoot(t *testing.T) {
	serve := command(t, t.Context(), []string{"KYCMOCK_ADDR=127.0.0.1:0", "KYCMOCK_TLS_ADDR=127.0.0.1:0", "KYCMOCK_CA_DIR=/data/ca"})
	var log bytes.Buffer
	serve.Stderr = &log
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if serve.ProcessState == nil {
			_ = serve.Process.Kill()
			_ = serve.Wait()
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("it is not ready: %v: %s", err, log.String())
	}
	var ready struct{ URL, Version string }
	if err := json.Unmarshal(line, &ready); err != nil || ready.Version != "1.2.3-test" {
		t.Fatalf("it says %s, %v", line, err)
	}
	if answer := ask(t, http.MethodGet, ready.URL+"/readyz", ""); answer != "ok" {
		t.Errorf("/readyz answers %q", answer)
	}
	delivers(t, ready.URL)

	addr := strings.TrimPrefix(ready.URL, "http://")
	health := func() *exec.Cmd {
		return command(t, t.Context(), []string{"KYCMOCK_ADDR=" + addr}, "healthcheck")
	}
	if said, err := health().CombinedOutput(); err != nil {
		t.Errorf("the healthcheck of a healthy mock: %v: %s", err, said)
	}
	kept := filepath.Join(setting(t, "KYCMOCK_IMAGE_ROOT"), "data", "ca")
	if _, err := os.Stat(kept); err != nil {
		t.Errorf("it cannot write to /data: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(kept) }) // the image has no such file
	if err := serve.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := serve.Wait(); err != nil {
		t.Errorf("it ended by %v: %s", err, log.String())
	}
	if said, err := health().CombinedOutput(); err == nil {
		t.Errorf("the healthcheck of a mock that has ended passes: %s", said)
	}
}

// delivers wants a webhook to reach a receiver outside the image.
func delivers(t *testing.T, url string) {
	t.Helper()
	arrived := make(chan string, 1)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		arrived <- string(body)
	}))
	defer receiver.Close()
	ask(t, http.MethodPut, url+"/_mock/v1/uqudo/accounts/default/global-webhook", `{"url": "`+receiver.URL+`", "securityType": "NONE"}`)
	var outcome struct{ Deliveries []struct{ ID string } }
	text := ask(t, http.MethodPost, url+"/_mock/v1/uqudo/accounts/default/sessions", `{"flow": "enrollment"}`)
	if err := json.Unmarshal([]byte(text), &outcome); err != nil || len(outcome.Deliveries) != 1 {
		t.Fatalf("the trigger answers %s, %v", text, err)
	}
	ask(t, http.MethodGet, url+"/_mock/v1/deliveries/"+outcome.Deliveries[0].ID+"/wait?status=delivered&timeout=20s", "")
	if body := <-arrived; !strings.HasPrefix(body, `{"jwsResult":"eyJ`) {
		t.Errorf("what arrived is %s", body)
	}
}

// ask wants a success and returns the body.
func ask(t *testing.T, method, url, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 300 {
		t.Fatalf("%s %s answers %s: %s, %v", method, url, answer.Status, text, err)
	}
	return string(text)
}
