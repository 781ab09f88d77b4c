package scenarios_test

import (
	"encoding/json"
	"strings"
	"testing"

	"kycmock/scenarios"
)

// wholeOf reads a setup as one JSON value.
func wholeOf(t testing.TB, text []byte) string {
	t.Helper()
	s, err := scenarios.ReadSetup("s.yaml", text)
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	value, whole := s.Whole().JSON()
	if !whole || s.Err() != nil {
		t.Fatalf("%v:\n%s", s.Err(), text)
	}
	return string(value)
}

func TestASetupInYAMLIsReadAsItWasWritten(t *testing.T) {
	for _, value := range []string{
		`""`, `" a "`, `"a\nb"`, `"a\nb\n"`, `"\n"`, `" a\n b"`, `"a \nb"`, `"\r\n"`, `"\t"`, `"\u0000\u001f\u007f\u0085\u2028\ufeff"`, `"Åda 李 🙂"`,
		`"yes"`, `"NO"`, `"y"`, `"on"`, `"true"`, `"null"`, `"~"`, `"0x10"`, `"1_000"`, `"1:30"`, `"1.0"`, `".inf"`, `"<<"`, `"1990-05-15"`, `"2035-01-01T00:00:00Z"`, `"="`,
		`"- a"`, `"? a"`, `"a: b"`, `"a #b"`, `"#a"`, `"&a"`, `"*a"`, `"!a"`, `"|"`, `">"`, `"%a"`, `"@a"`, "\"`a\"", `"'a'"`, `"\"a\""`, `"{a}"`, `"[a]"`, `"---"`, `"..."`, `"a\\nb"`,
		`0`, `-1`, `1.5`, `1e+30`, `5e-7`, `9007199254740993`, `18446744073709551615`, `true`, `null`, `[]`, `{}`, `[[],{}]`, `[[1,[2]],{"a":[{"b":1}]}]`,
	} {
		object := `{"a":` + value + `}`
		if s := strings.HasPrefix(value, `"`); s && value != `"\u0000\u001f\u007f\u0085\u2028\ufeff"` {
			object = `{"a":` + value + `,` + value[:1] + "k" + value[1:] + `:1}` // a name is written as well
		}
		text, err := scenarios.SetupYAML(json.RawMessage(object))
		if err != nil {
			t.Fatal(err)
		}
		got, want := wholeOf(t, text), compact(t, object)
		if got != want {
			t.Errorf("%s is read as %s from\n%s", want, got, text)
		}
	}
}

// compact is JSON as this program writes it.
func compact(t *testing.T, text string) string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestASetupInYAMLKeepsTheOrder(t *testing.T) {
	text, err := scenarios.SetupYAML(json.RawMessage(`{"z": {"b": 1, "a": [{"y": "1", "x": []}]}, "a": {}}`))
	if want := "z:\n  b: 1\n  a:\n    - \"y\": \"1\"\n      x: []\na: {}\n"; err != nil || string(text) != want {
		t.Errorf("%v: got\n%swant\n%s", err, text, want)
	}
}

func TestWhatIsNoJSONIsNoSetup(t *testing.T) {
	for _, text := range []string{"", "{", "{}{}", `{"a"}`} {
		if yaml, err := scenarios.SetupYAML(json.RawMessage(text)); err == nil {
			t.Errorf("%q became\n%s", text, yaml)
		}
	}
}

// FuzzSetup reads anything, and what it can read it writes and reads again.
func FuzzSetup(f *testing.F) {
	for _, text := range []string{"", "{}", "a: [1, {b: c}]", "a: &a 1\nb: *a", "? [a]\n: 1", "a: !!binary aGk=", "a: .inf", "- 1\n--- 2", "<<: {a: 1}", "a: |\n  b\n", "a: 0x1_0"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := scenarios.ReadSetup("", text)
		if err != nil || s.Empty() {
			return
		}
		value, whole := s.Whole().JSON()
		if !whole {
			if s.Err() == nil {
				t.Fatal("it was not read, and nobody says why")
			}
			return
		}
		written, err := scenarios.SetupYAML(value)
		if err != nil {
			t.Fatal(err)
		}
		if again := wholeOf(t, written); again != string(value) && string(value) != "null" && !strings.Contains(string(value), "-0") {
			t.Errorf("%s is read as %s from\n%s", value, again, written)
		}
	})
}
