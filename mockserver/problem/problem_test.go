package problem_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"kycmock/mockserver/problem"
)

func TestEachCodeHasItsStatus(t *testing.T) {
	want := map[problem.Code]int{
		problem.Malformed: 400, problem.Unauthenticated: 401, problem.Forbidden: 403,
		problem.NotFound: 404, problem.NotAllowed: 405, problem.Timeout: 408,
		problem.Conflict: 409, problem.TooLarge: 413, problem.Unsupported: 415,
		problem.Invalid: 422, problem.TooMany: 429, problem.Internal: 500,
		problem.Unavailable: 503, "never heard of": 500, "": 500,
	}
	for code, status := range want {
		if got := code.Status(); got != status {
			t.Errorf("%q has status %d %s, want %d", code, got, http.StatusText(got), status)
		}
	}
}

func TestErrorReadsAsOneSentence(t *testing.T) {
	url := problem.Field{Location: "body.url", Message: "want an absolute URL", Value: "/hook"}
	tests := []struct {
		name string
		err  *problem.Error
		want string
	}{
		{"a detail alone", problem.New(problem.NotFound, "there is no delivery %q", "dlv_1"), `there is no delivery "dlv_1"`},
		{"a detail and its fields", problem.New(problem.Invalid, "the webhook breaks 2 rules").With(url, problem.Field{Location: "body.userId", Message: "want it only with BASIC_AUTHENTICATION"}),
			"the webhook breaks 2 rules: body.url: want an absolute URL; body.userId: want it only with BASIC_AUTHENTICATION"},
		{"fields alone", (&problem.Error{Code: problem.Invalid}).With(url), "body.url: want an absolute URL"},
		{"a field without a place", problem.New(problem.Invalid, "no").With(problem.Field{Message: "want less"}), "no: want less"},
		{"nothing but a code", &problem.Error{Code: problem.Conflict}, "conflict"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.err.Error(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestAsFindsAWrappedProblem(t *testing.T) {
	inner := problem.New(problem.Conflict, "the key signs")
	got, ok := problem.As(fmt.Errorf("retire: %w", inner))
	if !ok || got != inner {
		t.Errorf("got %v, %v; want the problem that was wrapped", got, ok)
	}
	for _, err := range []error{nil, errors.New("other"), (*problem.Error)(nil)} {
		if got, ok := problem.As(err); ok {
			t.Errorf("found %v in %v", got, err)
		}
	}
}

func TestWithLeavesTheOriginalAlone(t *testing.T) {
	base := problem.New(problem.Invalid, "no").With(problem.Field{Location: "a"})
	one, two := base.With(problem.Field{Location: "b"}), base.With(problem.Field{Location: "c"})
	if len(base.Fields) != 1 || one.Fields[1].Location != "b" || two.Fields[1].Location != "c" {
		t.Errorf("base %v, one %v, two %v: they share their fields", base.Fields, one.Fields, two.Fields)
	}
}

func TestNothingCollectedIsANilError(t *testing.T) {
	var p problem.Fields
	if err := p.Err("the webhook breaks %d rules", len(p)); err != nil {
		t.Errorf("got %#v, want nil", err)
	}
}

func TestAllThatIsCollectedComesAtOnce(t *testing.T) {
	var inner, p problem.Fields
	inner.Add("name", "a b", "want a token")
	inner.Add("", nil, "want a pair")
	p.Add("url", nil, "want %s", "a URL")
	p.Merge("customHeaders[2]", inner.Err("the header breaks 2 rules"))
	p.Merge("password", errors.New("want no NUL"))
	p.Merge("timeout", problem.New(problem.Invalid, "want a duration"))
	p.Merge("userId", nil)
	p.Merge("answers", problem.Fields{{Location: "[1]", Message: "want a status"}}.Err("the answers break 1 rule"))

	e, ok := problem.As(p.Err("the webhook breaks %d rules", len(p)))
	if !ok || e.Code != problem.Invalid {
		t.Fatalf("got %v, want an invalid problem", e)
	}
	const want = "the webhook breaks 6 rules: body.url: want a URL; body.customHeaders[2].name: want a token; " +
		"body.customHeaders[2]: want a pair; body.password: want no NUL; body.timeout: want a duration; body.answers[1]: want a status"
	if got := e.At("body").Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if e.Fields[0].Location != "url" {
		t.Errorf("At changed the original: %v", e.Fields)
	}
	if got := e.At("").Error(); got != e.Error() {
		t.Errorf("an empty prefix gave %s", got)
	}
}

func TestFieldInJSON(t *testing.T) {
	got, err := json.Marshal([]problem.Field{{Location: "body.url", Message: "want a URL", Value: 7}, {Location: "body.userId", Message: "want it"}})
	const want = `[{"location":"body.url","message":"want a URL","value":7},{"location":"body.userId","message":"want it"}]`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
}
