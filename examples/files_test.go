package examples

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/scenarios"
)

// The files for CI and Compose are held against the real command.
func TestTheFilesFitTheCommand(t *testing.T) {
	t.Parallel()
	each(t, map[string]func(*testing.T, string){
		"the compose file fits together":             composeFits,
		"the workflows know what the mock is told":   placeholdersAgree,
		"every command line is one of the command's": commandLinesExist,
	})
}

// each calls tests side by side, with the command itself.
func each(t *testing.T, tests map[string]func(t *testing.T, binary string)) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "kycmock")
	in(t, ".", "go", "build", "-o", binary, "../cmd/kycmock")
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, binary)
		})
	}
}

// read returns an example file.
func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// parse reads YAML into what is known of its form, and refuses every other member.
func parse(t *testing.T, text string, into any) {
	t.Helper()
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// compose is as much of the Compose specification as the example uses.
type compose struct {
	Name     string
	Services map[string]struct {
		Image, Build, Command string
		Profiles, Ports       []string
		Environment           map[string]string
		Networks              map[string]struct{ Aliases []string }
		DependsOn             map[string]struct{ Condition string } `yaml:"depends_on"`
	}
	Rest map[string]any `yaml:",inline"` // x-...: what services are made from
}

func composed(t *testing.T, text string) (c compose) {
	t.Helper()
	parse(t, text, &c)
	for name := range c.Rest {
		if !strings.HasPrefix(name, "x-") {
			t.Errorf("compose.yaml: there is no member %s", name)
		}
	}
	return c
}

// githubWorkflow is as much of GitHub's workflow syntax as the example uses.
type githubWorkflow struct {
	Name        string
	On          []string
	Permissions map[string]string
	Jobs        map[string]struct {
		RunsOn   string `yaml:"runs-on"`
		Timeout  int    `yaml:"timeout-minutes"`
		Env      map[string]string
		Services map[string]struct {
			Image, Options string
			Ports          []string
			Env            map[string]string
		}
		Steps []struct {
			Name, Uses, Run, If string
			Dir                 string `yaml:"working-directory"`
			With                map[string]any
			Env                 map[string]string
		}
	}
}

// gitlabJobs is as much of GitLab's CI syntax as the example uses.
type gitlabJobs map[string]struct {
	Image     string
	Services  []struct{ Name, Alias string }
	Variables map[string]string
	Before    []string `yaml:"before_script"`
	Script    []string
	Artifacts struct {
		When    string
		Paths   []string
		Reports struct{ JUnit string }
	}
}

// commented is an option that is there as a comment, without a space after the #.
var commented = regexp.MustCompile(`(?m)^( *)#([^ \n])`)

func composeFits(t *testing.T, binary string) {
	text := read(t, "compose.yaml")
	if !commented.MatchString(text) {
		t.Error("it has no option as a comment")
	}
	for name, text := range map[string]string{"as it is": text, "with all options": commented.ReplaceAllString(text, "$1$2")} {
		t.Run(name, func(t *testing.T) {
			c := composed(t, text)
			if got := slices.Sorted(maps.Keys(c.Services)); !slices.Equal(got, []string{"app", "app-tested", "kycmock", "uip-scenarios", "uqudo-scenarios"}) {
				t.Errorf("its services are %v", got)
			}
			for name, s := range c.Services {
				if _, err := os.Stat(filepath.Join(s.Build, "Dockerfile")); s.Build == "" || err != nil {
					t.Errorf("%s is built from %q: %v", name, s.Build, err)
				}
				if (s.Image == "kycmock") != (s.Build == "..") {
					t.Errorf("%s is the image %q built from %s", name, s.Image, s.Build)
				}
				for other, awaited := range s.DependsOn {
					on, there := c.Services[other]
					if !there || awaited.Condition != "service_healthy" || !strings.Contains(read(t, filepath.Join(on.Build, "Dockerfile")), "HEALTHCHECK") {
						t.Errorf("%s waits for %s to be %s", name, other, awaited.Condition)
					}
				}
				for variable := range s.Environment {
					if s.Image == "kycmock" && !servesBy(t, binary, variable) || s.Image == "" && !strings.Contains(read(t, "receivers/node/receiver.mjs"), "'"+variable+"'") {
						t.Errorf("%s knows no %s", name, variable)
					}
				}
			}
			setsUp(t, c.Services["kycmock"].Environment["KYCMOCK_SETUP"])
		})
	}
}

// setsUp wants the setup to be one that the mock takes, with both webhooks.
func setsUp(t *testing.T, setup string) {
	t.Helper()
	still := clock.New(time.Time{}, 0)
	defer still.Close()
	mock, err := mockserver.New(mockserver.Config{Clock: still, Setup: []byte(setup), SetupName: "KYCMOCK_SETUP"})
	if err != nil {
		t.Fatal(err)
	}
	defer mock.Close()
	text, err := mock.ExportSetup(true)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"http://app:3000/uqudo", "http://app:3000/uip", "reset-mid-body"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("want %s in what is set up:\n%s", want, text)
		}
	}
}

func placeholdersAgree(t *testing.T, binary string) {
	var hub githubWorkflow
	parse(t, read(t, "github-actions.yml"), &hub)
	job := hub.Jobs["webhooks"]
	mock := job.Services["kycmock"]
	if mock.Image != job.Env["KYCMOCK_IMAGE"] || !strings.Contains(mock.Image, "your-organisation") {
		t.Errorf("the images are %s and %s", mock.Image, job.Env["KYCMOCK_IMAGE"])
	}
	var lab gitlabJobs
	parse(t, read(t, "gitlab-ci.yml"), &lab)
	service := lab["webhooks"].Services[0]
	if service.Alias != "kycmock" || !strings.Contains(service.Name, "your-group") {
		t.Errorf("the service is %+v", service)
	}
	for variable := range mock.Env {
		if !servesBy(t, binary, variable) {
			t.Errorf("github-actions.yml: the mock knows no %s", variable)
		}
	}
	for variable := range lab["webhooks"].Variables {
		if strings.HasPrefix(variable, "KYCMOCK_") && !servesBy(t, binary, variable) {
			t.Errorf("gitlab-ci.yml: the mock knows no %s", variable)
		}
	}
}

// commandLine is a line that calls kycmock, of a shell or in a comment, or what
// Compose gives the image.
var commandLine = regexp.MustCompile("(?m)(?:\\bkycmock|^ +(?:command:|run:)) ((?:serve|trigger|scenario|deliveries|clock|doctor|export|healthcheck|webhook|keys|faults|tail|reset)(?: [^#;|\n`]*)?)")

func commandLinesExist(t *testing.T, binary string) {
	known := map[string]bool{}
	for _, s := range scenarios.BuiltIn() {
		known[s.Name] = true
	}
	for file, least := range map[string]int{"compose.yaml": 5, "github-actions.yml": 6, "README.md": 3} {
		text := regexp.MustCompile(`\\\n *`).ReplaceAllString(read(t, file), "") // one line each
		text = regexp.MustCompile(`>-\n +(scenario.*)\n +(.*)\n +(.*)\n`).ReplaceAllString(text, "$1 $2 $3\n")
		lines := commandLine.FindAllStringSubmatch(text, -1)
		if len(lines) < least {
			t.Errorf("%s has %d command lines, wanted %d or more", file, len(lines), least)
		}
		for _, line := range lines {
			words := strings.Fields(line[1])
			said, err := exec.CommandContext(t.Context(), binary, append(words, "--help")...).CombinedOutput()
			if err != nil {
				t.Errorf("%s: kycmock %s: %v\n%s", file, line[1], err, said)
			}
			for _, word := range words {
				if regexp.MustCompile(`^(uqudo|uip)-[a-z-]+$`).MatchString(word) && !known[word] {
					t.Errorf("%s: no scenario is called %s", file, word)
				}
			}
		}
	}
}

// servesBy is whether a variable is one of kycmock serve's.
func servesBy(t *testing.T, binary, variable string) bool {
	t.Helper()
	help, err := exec.CommandContext(t.Context(), binary, "serve", "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(help, []byte("($"+variable+")"))
}
