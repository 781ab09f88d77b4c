package provider_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// order is a configuration such as a vendor might have.
type order struct {
	URL      string         `json:"url"`
	Security string         `json:"security" enum:"NONE,BASIC"`
	Password string         `json:"password,omitempty" maxLength:"8"`
	Headers  []header       `json:"customHeaders,omitempty" maxItems:"2"`
	Wait     clock.Duration `json:"wait,omitempty"`
	Small    int8           `json:"small,omitempty"`
	Seed     *uint64        `json:"seed,omitempty"`
	Inner    inner          `json:"inner" required:"false"`
}

type header struct {
	Name  string `json:"name" pattern:"^[a-z]+$"`
	Value string `json:"value"`
}

type inner struct {
	Deep struct {
		Count int `json:"count" minimum:"1"`
	} `json:"deep" required:"false"`
}

// report writes findings one a line, each with its value.
func report(fields problem.Fields) string {
	var lines []string
	for _, f := range fields {
		value, _ := json.Marshal(f.Value)
		lines = append(lines, f.String()+" ("+string(value)+")")
	}
	return strings.Join(lines, "\n")
}

func TestADecoderFindsAllThatIsWrong(t *testing.T) {
	const good = `"url": "http://a.test", "security": "NONE"`
	tests := []struct {
		name, text, want string
	}{
		{"nothing", `{` + good + `}`, ""},
		{"an empty text counts as an empty object", ``,
			"security: is required (null)\nurl: is required (null)"},
		{"no JSON", `{"url": }`, "want JSON: invalid character '}' looking for beginning of value (null)"},
		{"half of it", `{"url": "`, "want JSON: unexpected end of JSON input (null)"},
		{"more than one", `{` + good + `} {}`, "want JSON: invalid character '{' after top-level value (null)"},
		{"no object", `[1]`, "expected object (null)"},
		{"null", `null`, "expected object (null)"},
		{"an unknown member", `{` + good + `, "colour": "red"}`, "colour: there is no such member (null)"},
		{"unknown members, in order", `{` + good + `, "z": 1, "b": 1, "a": 1, "inner": {"deep": {"count": 1, "d": 1}}}`,
			"a: there is no such member (null)\nb: there is no such member (null)\ninner.deep.d: there is no such member (null)\nz: there is no such member (null)"},
		{"the wrong type", `{"url": 7, "security": "NONE"}`, "url: expected string (7)"},
		{"null where something is required", `{"url": null, "security": "NONE"}`, "url: expected string (null)"},
		{"a word that is none of these", `{"url": "u", "security": "SOME"}`, `security: expected value to be one of "NONE, BASIC" ("SOME")`},
		{"an array's element", `{` + good + `, "customHeaders": [{"name": "a", "value": "v"}, {"name": "A", "value": "v"}]}`,
			`customHeaders[1].name: expected string to match pattern ^[a-z]+$ ("A")`},
		{"what an element lacks", `{` + good + `, "customHeaders": [{"name": "a"}]}`, "customHeaders[0].value: is required (null)"},
		{"a number out of bounds", `{` + good + `, "inner": {"deep": {"count": 0}}}`, "inner.deep.count: expected number >= 1 (0)"},
		{"what is missing deep inside", `{` + good + `, "inner": {"deep": {}}}`, "inner.deep.count: is required (null)"},
		{"a number that the type has no room for", `{` + good + `, "small": 300}`, "small: want int8, not number 300 (null)"},
		{"a whole number written as a fraction", `{` + good + `, "inner": {"deep": {"count": 1.0}}}`, "inner.deep.count: want int, not number 1.0 (null)"},
		{"a text that is no duration", `{` + good + `, "wait": "soon"}`, `"soon" is not a duration such as 5m, 1.5s or 2h (null)`},
		{"all at once", `{"security": "SOME", "password": 5, "customHeaders": [{"name": 1}, 2], "x": {}}`,
			"customHeaders[0].name: expected string (1)\ncustomHeaders[0].value: is required (null)\ncustomHeaders[1]: expected object (2)\n" +
				"password: expected string (null)\nsecurity: expected value to be one of \"NONE, BASIC\" (\"SOME\")\n" +
				"url: is required (null)\nx: there is no such member (null)"},
	}
	d := provider.NewDecoder[order]()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var o order
			if got := report(d.Decode(json.RawMessage(tt.text), &o)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestADecoderReadsOverWhatIsThere(t *testing.T) {
	o := order{Small: 7, Wait: clock.Duration(time.Hour)}
	o.Inner.Deep.Count = 3
	fields := provider.NewDecoder[order]().Decode(json.RawMessage(`{"url": "u", "security": "BASIC", "wait": "5m", "seed": 18446744073709551615}`), &o)
	if fields != nil {
		t.Errorf("it found %v", fields)
	}
	if o.URL != "u" || o.Wait != clock.Duration(5*time.Minute) || o.Small != 7 || o.Inner.Deep.Count != 3 || o.Seed == nil || *o.Seed != 1<<64-1 {
		t.Errorf("got %+v", o)
	}
}

func TestADecoderRepeatsNoSecret(t *testing.T) {
	const secret = "swordfish"
	d := provider.NewDecoder[order]()
	for _, text := range []string{
		`{"password": "swordfish-swordfish"}`,
		`{"password": {"is": "swordfish"}}`,
		`{"password": ["swordfish"]}`,
		`{"customHeaders": "Authorization: swordfish"}`,
		`{"customHeaders": ["X: swordfish"]}`,
		`{"customHeaders": [{"name": "x", "value": ["swordfish"]}]}`,
		`{"customHeaders": {"X": "swordfish"}}`,
		`{"apiKey": "swordfish"}`,
		`"swordfish`,
		`{"security": "http://me:swordfish@a.test/"}`,
		`{"security": "http://me:sword@swordfish@a.test/"}`,
	} {
		var o order
		fields := d.Decode(json.RawMessage(text), &o)
		if len(fields) == 0 {
			t.Errorf("nothing was found in %s", text)
		}
		if got := report(fields); strings.Contains(got, secret) {
			t.Errorf("%s is told as %s", text, got)
		}
	}
}

func TestManyUseOneDecoder(t *testing.T) {
	d := provider.NewDecoder[order]()
	var users sync.WaitGroup
	for i := range 8 {
		users.Go(func() {
			var o order
			text := fmt.Sprintf(`{"url": "%d", "security": "NONE", "customHeaders": [{"name": "a", "value": ""}]}`, i)
			if fields := d.Decode(json.RawMessage(text), &o); fields != nil || o.URL != fmt.Sprint(i) {
				t.Errorf("got %+v, %v", o, fields)
			}
			d.Decode(json.RawMessage(`{"customHeaders": 5}`), &o)
		})
	}
	users.Wait()
}

// word is a type of a vendor's own, such as a security type.
type word string

func TestAFindingShowsAValueThatMayBeRepeated(t *testing.T) {
	long := strings.Repeat("é", 150)
	tests := []struct {
		location string
		value    any
		want     any
	}{
		{"url", "/hook", "/hook"},
		{"security", word("SOME"), "SOME"},
		{"customHeaders[2].name", "a b", "a b"},
		{"customHeaders", 6, 6},
		{"flag", true, true},
		{"count", 1.5, 1.5},
		{"count", int8(-3), int8(-3)},
		{"count", uint64(1 << 63), uint64(1 << 63)},
		{"number", json.Number("1e3"), "1e3"},
		{"wait", clock.Duration(time.Minute), "1m"},
		{"url", "http://me:pw@a.test/x?mail=b@c.test", "http://***@a.test/x?mail=b@c.test"},
		{"mail", "a@b.test", "a@b.test"},
		{"keys.name", "shown: the place itself is none for secrets", "shown: the place itself is none for secrets"},
		{"list", []string{"a"}, nil},
		{"object", map[string]any{"a": 1}, nil},
		{"missing", nil, nil},
		{"pointer", (*time.Time)(nil), nil},
		{"password", "pw", nil},
		{"body.clientSecret", "cs", nil},
		{"apiKeys[0]", "key", nil},
		{"customHeaders[0].Value", "v", nil},
		{"customHeaders[0]", "X: v", nil},
		{"accessToken", 12345, nil},
		{"Authorization", "Bearer x", nil},
		{"text", strings.Repeat("a", 200), strings.Repeat("a", 200)},
		{"text", strings.Repeat("a", 201), strings.Repeat("a", 197) + "..."},
		{"text", "a" + long, "a" + long[:196] + "..."},
		{"text", strings.Repeat("\x80", 300), strings.Repeat("\x80", 194) + "..."},
	}
	for _, tt := range tests {
		fields := problem.Fields{{Location: tt.location, Message: "want another", Value: tt.value}}
		errs := provider.Findings("body", fields)
		var detail *huma.ErrorDetail
		if len(errs) != 1 || !errors.As(errs[0], &detail) {
			t.Fatalf("%s: got %v", tt.location, errs)
		}
		if detail.Location != "body."+tt.location || detail.Message != "want another" {
			t.Errorf("got %q at %s", detail.Message, detail.Location)
		}
		got, ok := detail.Value.(string)
		if want, text := tt.want.(string); ok != text || got != want || !ok && detail.Value != tt.want {
			t.Errorf("%s shows %#v, want %#v", tt.location, detail.Value, tt.want)
		}
		if given, text := tt.value.(string); text && utf8.ValidString(given) && !utf8.ValidString(got) {
			t.Errorf("%s was cut within a character: %q", tt.location, got)
		}
		again := provider.FieldOf(errs[0])
		if again.Location != detail.Location || again.Message != detail.Message || fmt.Sprint(again.Value) != fmt.Sprint(detail.Value) {
			t.Errorf("the finding came back as %+v", again)
		}
	}
}

func TestFindingsOfNothingAreNone(t *testing.T) {
	if errs := provider.Findings("body", nil); len(errs) != 0 {
		t.Errorf("got %v", errs)
	}
}

func TestAFindingIsLocatedAtTheMemberItIsAbout(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want problem.Field
	}{
		{"missing at the top", &huma.ErrorDetail{Message: "expected required property url to be present", Value: map[string]any{"password": "pw"}},
			problem.Field{Location: "url", Message: "is required"}},
		{"missing deeper", &huma.ErrorDetail{Location: "body.customHeaders[1]", Message: "expected required property name to be present"},
			problem.Field{Location: "body.customHeaders[1].name", Message: "is required"}},
		{"unknown", &huma.ErrorDetail{Location: "body.x", Message: "unexpected property", Value: map[string]any{}},
			problem.Field{Location: "body.x", Message: "there is no such member"}},
		{"wrapped", fmt.Errorf("deep down: %w", &huma.ErrorDetail{Location: "query.limit", Message: "expected integer", Value: "x"}),
			problem.Field{Location: "query.limit", Message: "expected integer", Value: "x"}},
		{"of another kind", errors.New("the body is too large"), problem.Field{Message: "the body is too large"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := provider.FieldOf(tt.err); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
