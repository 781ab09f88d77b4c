package scenarios_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kycmock/mockserver/problem"
	"kycmock/scenarios"
)

// tale is the text of a small scenario.
func tale(name, why string) []byte {
	return []byte("name: " + name + "\nwhy: " + why + "\nprovider: uqudo\nsteps: [{trigger: {as: first, event: face}}]\n")
}

func code(err error) problem.Code {
	if p, ok := problem.As(err); ok {
		return p.Code
	}
	return ""
}

func TestALibraryKeepsWhatIsUploadedAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "ours.yaml", tale("ours", "of the folder"))
	fromDir, err := scenarios.Dir(dir, twoVendors())
	if err != nil {
		t.Fatal(err)
	}
	l := scenarios.NewLibrary(twoVendors(), fromDir)
	origin := func(name string, want scenarios.Origin, why string) {
		t.Helper()
		s, got := l.Get(name)
		if got != want || !strings.Contains(s.Why, why) {
			t.Errorf("%s is %q of origin %q, want %q of %q", name, s.Why, got, why, want)
		}
		if _, found := l.Find(name); found != (want != "") {
			t.Errorf("Find says %v", found)
		}
	}
	put := func(name string, text []byte, created bool) {
		t.Helper()
		if got, err := l.Put(name, text); err != nil || got != created {
			t.Errorf("put %s: created %v, %v; want %v", name, got, err, created)
		}
	}

	origin("ours", scenarios.FromDir, "of the folder")
	put("ours", tale("ours", "uploaded"), false)
	origin("ours", scenarios.FromUpload, "uploaded")
	put("new", tale("new", "uploaded"), true)
	put("new", tale("new", "uploaded again"), false)
	if s, _ := l.Get("new"); string(s.YAML()) != string(tale("new", "uploaded again")) {
		t.Errorf("the text is %q", s.YAML())
	}
	if list := l.List(); len(list) != len(scenarios.BuiltIn())+2 {
		t.Errorf("%d are listed", len(list))
	}

	if err := l.Delete("ours"); err != nil {
		t.Error(err)
	}
	origin("ours", scenarios.FromDir, "of the folder")
	if err := l.Delete("ours"); code(err) != problem.Conflict {
		t.Errorf("deleting one of the folder: %v", err)
	}
	if err := l.Delete("nobody"); code(err) != problem.NotFound {
		t.Errorf("deleting none: %v", err)
	}
	const ours = "lost-acknowledgement"
	if err := l.Delete(ours); code(err) != problem.Conflict {
		t.Errorf("deleting a built-in one: %v", err)
	}
	if _, err := l.Put(ours, tale(ours, "another")); code(err) != problem.Conflict {
		t.Errorf("replacing a built-in one: %v", err)
	}
	origin(ours, scenarios.FromBinary, "duplicates")
	origin("nobody", "", "")
}

func TestAnUploadIsCheckedAgainstTheLibrary(t *testing.T) {
	l := scenarios.NewLibrary(twoVendors(), nil)
	tests := []struct{ name, text, want string }{
		{"another name than the path's", string(tale("other", "x")), "1:7: name: want new, as it is sent to, got \"other\""},
		{"no YAML", "a: b: c", "1: a colon where none can be: put a text with a colon in quotes, or mend the indentation"},
		{"an unknown event", strings.ReplaceAll(string(tale("new", "x")), "face", "fase"), "4:38: step 1: trigger.event: uqudo has no event fase, did you mean face?"},
		{"an unknown include", "name: new\nwhy: x\nsteps: [{include: {scenario: lost-acknowledgment}}]", "3:30: step 1: include.scenario: unknown scenario lost-acknowledgment, did you mean lost-acknowledgement?"},
		{"too much", strings.Repeat("#", scenarios.MaxSize+1), "want at most 1 MiB, got 1048577 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.Put("new", []byte(tt.text))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if _, kept := l.Find("new"); kept {
				t.Error("it was kept")
			}
		})
	}
}

func TestALibraryServesManyAtOnce(t *testing.T) {
	l := scenarios.NewLibrary(nil, nil)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 5 {
				if _, err := l.Put("new", tale("new", "x")); err != nil {
					t.Error(err)
				}
				l.List()
				_ = l.Delete("new") // another may have been first
			}
		})
	}
	all.Wait()
}

func write(t *testing.T, dir, file string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, file), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAFolderIsReadWithAllItsProblems(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.yaml", []byte("name: a\nwhy: x\nsteps: [{include: {scenario: b}}, {include: {scenario: uqudo-face}}]"))
	write(t, dir, "b.yml", tale("b", "x"))
	write(t, dir, "notes.txt", []byte("none of ours"))
	all, err := scenarios.Dir(dir, twoVendors())
	if err != nil || len(all) != 2 || all[0].Name != "a" || all[1].Name != "b" {
		t.Fatalf("got %v, %v", all, err)
	}

	write(t, dir, "c.yaml", tale("b", "the name of another"))
	write(t, dir, "d.yaml", tale("lost-acknowledgement", "built in"))
	write(t, dir, "e.yaml", []byte("name: e: e"))
	_, err = scenarios.Dir(dir, twoVendors())
	var problems scenarios.Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(`DIR/c.yaml:1:7: name: b is the name of DIR/b.yml
DIR/d.yaml:1:7: name: lost-acknowledgement is the name of a scenario that is built in
DIR/e.yaml:1: a colon where none can be: put a text with a colon in quotes, or mend the indentation`, "DIR", dir)
	if problems.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", problems, want)
	}
	if _, err := scenarios.Dir(filepath.Join(dir, "nowhere"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want that there is no such folder", err)
	}
}
