package scenarios

import (
	"reflect"
	"strings"
	"testing"
)

func TestReferencesAreReplaced(t *testing.T) {
	s := &scope{
		vars: map[string]any{"count": 5, "name": "Ada", "list": []any{1, "a"}, "yes": true},
		things: map[string]*thing{
			"first":       {sessions: []string{"s1", "s2"}, deliveries: []string{"d1"}, seeds: []uint64{1 << 60}},
			"setup.first": {sessions: []string{"inner"}},
			"untold":      {},
		},
	}
	tests := []struct {
		name  string
		tree  any
		wants any
		err   string
	}{
		{"a whole text keeps the type", "$count", 5, ""},
		{"a part of a text is written", "n=$count, $name.", "n=5, Ada.", ""},
		{"a list is written as JSON", "of $list", `of [1,"a"]`, ""},
		{"a session", "$first.session", "s1", ""},
		{"a delivery in a text", "/$first.delivery/", "/d1/", ""},
		{"a seed", "$first.seed", uint64(1 << 60), ""},
		{"a name behind a prefix", "$setup.first.session", "inner", ""},
		{"two dollar signs are one", "$$count and $$", "$count and $", ""},
		{"the whole text is two dollar signs", "$$", "$", ""},
		{"a dollar sign before nothing is itself", "^a$|b$", "^a$|b$", ""},
		{"a tree", map[string]any{"a": []any{"$count", map[any]any{1: "$yes"}}}, map[string]any{"a": []any{5, map[string]any{"1": true}}}, ""},
		{"what is no text", 1.5, 1.5, ""},
		{"no variable", "$cuont", nil, "there is no variable $cuont, want one of $count, $list, $name, $yes; $$ stands for a dollar sign"},
		{"no URL", "to $url", nil, "no URL of a receiver is known: set the variable url"},
		{"nothing of that name", "$second.session", nil, `nothing is called "second", want one of first, setup.first, untold`},
		{"nothing of that kind", "$first.webhook", nil, "nothing of first is called webhook, want session, delivery or seed"},
		{"nothing to speak of", "$untold.session", nil, "untold has no session"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.value(tt.tree)
			if tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Errorf("got %v, want %s", err, tt.err)
				}
				return
			}
			if err != nil || !reflect.DeepEqual(got, tt.wants) {
				t.Errorf("got %#v and %v, want %#v", got, err, tt.wants)
			}
		})
	}
}

func TestEachTriggerHasASeedOfItsOwn(t *testing.T) {
	seen := map[uint64]string{}
	for _, seed := range []uint64{0, 1} {
		for _, path := range []string{"1", "1.1", "2", "11"} {
			for repetition := range 20 {
				got := derived(seed, path, repetition)
				if got >= 1<<53 {
					t.Errorf("%d is more than 53 bits", got)
				}
				if seen[got] != "" {
					t.Errorf("%s and %s have one seed", seen[got], path)
				}
				seen[got] = path
			}
		}
	}
}

func TestTheCommandIsWrittenForAShell(t *testing.T) {
	got := command(Result{Scenario: "x", Seed: 5}, "my file.yaml", map[string]string{"url": "http://a.test/?a=1&b=2", "account": "acme", "who": "it's $me"})
	want := `kycmock scenario run 'my file.yaml' --seed 5 --clock-start 0001-01-01T00:00:00Z --account acme --url 'http://a.test/?a=1&b=2' --var 'who=it'\''s $me'`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if strings.Contains(shell("-x"), "'") == false {
		t.Error("what looks like a flag is not quoted")
	}
}
