package receiver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/receiver"
)

const jti = "5d0d8f0e-6f1b-4f63-9d6a-2f1f5f3f7a10"

func TestAnAuthenticResultIsTaken(t *testing.T) {
	taken := receiver.Verdict{Taken: true, Verified: true, KID: "one", JTI: jti, Session: jti}
	late := taken
	late.Expired = true
	face := taken
	face.Session = "f3c1a7e2-0000-4000-8000-000000000001"

	plain := func(token string) (string, string) { return "application/json", envelope(token) }
	tests := []struct {
		name   string
		change map[string]any
		format func(token string) (contentType, body string)
		want   receiver.Verdict
	}{
		{"in the JSON format", nil, plain, taken},
		{"with a charset", nil, func(s string) (string, string) { return "application/json; charset=UTF-8", envelope(s) }, taken},
		{"with members that nobody knows", map[string]any{"added": 1, "data": map[string]any{"new": []int{1}}},
			func(s string) (string, string) {
				return "application/json", `{"version": 2, "jwsResult": "` + s + `", "jwsresult": null, "meta": {"a": [1]}}`
			}, taken},
		{"in the legacy format", nil, func(s string) (string, string) { return "text/plain", s }, taken},
		{"in the legacy format with a line end", nil, func(s string) (string, string) { return "text/plain;charset=utf-8", s + "\r\n" }, taken},
		{"of a face session", map[string]any{"data": map[string]any{"face": nil, "sessionId": face.Session}}, plain, face},
		{"60 s in the future", map[string]any{"iat": noon.Add(time.Minute).Unix()}, plain, taken},
		{"two hours old and expired", map[string]any{"iat": noon.Add(-2 * time.Hour).Unix(), "exp": noon.Add(-90 * time.Minute).Unix()}, plain, late},
		{"expired this second", map[string]any{"exp": noon.Unix()}, plain, late},
		{"in its last second", map[string]any{"exp": noon.Unix() + 1}, plain, taken},
		{"with a large photo", map[string]any{"data": map[string]any{"photo": strings.Repeat("A", 1<<20)}}, plain, taken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := newVendor(t)
			status, got := v.post(tt.format(v.token(tt.change)))
			if status != http.StatusOK || got != tt.want {
				t.Errorf("got %d %+v\nwant 200 %+v", status, got, tt.want)
			}
		})
	}
}

func TestTheAnswerSaysWhy(t *testing.T) {
	v := newVendor(t)
	_, got := v.do(http.MethodPost, v.hook, "application/json", strings.NewReader(envelope(v.token(nil))))
	want := `{"taken":true,"verified":true,"kid":"one","jti":"` + jti + `","session":"` + jti + `","duplicate":false,"expired":false}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	_, got = v.do(http.MethodPost, v.hook, "application/json", strings.NewReader("{}"))
	if want := `{"taken":false,"reason":"the body has no jwsResult that is a string"}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTheSameResultAgainIsADuplicate(t *testing.T) {
	v := newVendor(t)
	if _, got := v.send(v.token(nil)); got.Duplicate {
		t.Error("the first one is a duplicate")
	}
	v.pass(time.Hour)
	again := v.token(map[string]any{"iat": noon.Unix() + 3600, "exp": noon.Unix() + 7200})
	if status, got := v.send(again); status != 200 || !got.Duplicate || !got.Taken {
		t.Errorf("signed anew: got %d %+v, want it taken as a duplicate", status, got)
	}
	if _, got := v.send(v.token(map[string]any{"jti": "another"})); got.Duplicate {
		t.Error("another session is a duplicate")
	}
	status, got := v.do(http.MethodPost, strings.Replace(v.hook, "/default", "/other", 1), "application/json", strings.NewReader(envelope(again)))
	if status != 200 || !strings.Contains(got, `"duplicate":false`) {
		t.Errorf("for another account: got %d %s, want it taken as new", status, got)
	}
}

func TestResetForgetsEverything(t *testing.T) {
	v := newVendor(t)
	v.send(v.token(nil))
	if err := v.receiver.Answer(503, 503); err != nil {
		t.Fatal(err)
	}
	v.receiver.Reset()
	status, got := v.send(v.token(nil))
	if status != 200 || got.Duplicate || v.fetches() != 2 {
		t.Errorf("got %d %+v and %d fetches, want it taken as new with a key set fetched anew", status, got, v.fetches())
	}
}

func TestOfManyAtTheSameMomentExactlyOneIsNew(t *testing.T) {
	v := newVendor(t)
	token := v.token(nil)
	const copies = 20
	verdicts := make([]receiver.Verdict, copies)
	atOnce(copies, func(i int) { _, verdicts[i] = v.send(token) })
	if got := fresh(t, verdicts); got != 1 {
		t.Errorf("%d of %d were new, want exactly one", got, copies)
	}
}

func TestScriptedAnswersComeFirstAndOnce(t *testing.T) {
	v := newVendor(t)
	token := v.token(nil)
	if err := v.receiver.Answer(500); err != nil {
		t.Fatal(err)
	}
	if err := v.receiver.Answer(503, 200, 302); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{503, 200, 302} {
		status, got := v.send(token)
		if status != want || got != (receiver.Verdict{Reason: fmt.Sprintf("told to answer %d", want)}) {
			t.Errorf("got %d %+v, want %d", status, got, want)
		}
	}
	if status, got := v.send(token); status != 200 || !got.Taken || got.Duplicate {
		t.Errorf("got %d %+v, want it taken as new: nothing was looked at before", status, got)
	}
}

func TestScriptedAnswersCanBeTakenBack(t *testing.T) {
	v := newVendor(t)
	if err := v.receiver.Answer(503, 204); err != nil {
		t.Fatal(err)
	}
	if status, _ := v.send(v.token(nil)); status != 503 {
		t.Errorf("got %d, want 503", status)
	}
	if got := v.receiver.Answers(); len(got) != 1 || got[0] != 204 {
		t.Errorf("left are %v, want [204]", got)
	}
	if status, body := v.do(http.MethodPost, v.hook, "application/json", strings.NewReader("{}")); status != 204 || body != "" {
		t.Errorf("got %d %q, want 204 without a body", status, body)
	}
	_ = v.receiver.Answer(503)
	if err := v.receiver.Answer(); err != nil {
		t.Fatal(err)
	}
	if status, got := v.send(v.token(nil)); status != 200 {
		t.Errorf("got %d %+v, want it taken", status, got)
	}
}

func TestAScriptThatCannotBeAnsweredIsRefusedWhole(t *testing.T) {
	v := newVendor(t)
	_ = v.receiver.Answer(503)
	err := v.receiver.Answer(200, 199, 600, 599)
	const want = "the receiver cannot answer that: answers[1]: want a status from 200 to 599; answers[2]: want a status from 200 to 599"
	if e, ok := problem.As(err); !ok || e.Code != problem.Invalid || e.Error() != want || e.Fields[0].Value != 199 {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if status, _ := v.send(v.token(nil)); status != 503 {
		t.Errorf("got %d, want the script of before", status)
	}
}
