package mockserver

import (
	"strings"
	"testing"
)

func TestAMemberThatIsTwiceIsFoundWhereItIs(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"once each", `{"a": 1, "b": [{"a": 1}, {"a": 2}]}`, ""},
		{"twice at the top", `{"a": 1, "a": 2}`, "the member a is there twice"},
		{"in two cases", `{"url": 1, "URL": 2}`, "the member URL is there twice"},
		{"deep inside", `{"a": [0, {"b": {"c": 1, "d": 2, "c": 3}}]}`, "the member a[1].b.c is there twice"},
		{"in two cases in a patch's value", `{"patch": [{"value": {"a": 1, "A": 2}}]}`, ""},
		{"twice in a patch", `{"patch": [{"op": 1, "op": 2}]}`, "the member patch[0].op is there twice"},
		{"nested as deep as JSON is read", strings.Repeat("[", 9999) + strings.Repeat("]", 9999), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var v any
			err := unmarshal([]byte(c.text), &v)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatIsNoJSONIsRefusedAtOnce(t *testing.T) {
	for _, text := range []string{"", "[1, }", "{", `{"a"`, `[[`, strings.Repeat("[", 1<<20)} {
		var v any
		if err := unmarshal([]byte(text), &v); err == nil {
			t.Errorf("%.10q is taken", text)
		}
	}
}
