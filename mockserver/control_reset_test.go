package mockserver_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
)

// script is what the sample receiver will answer next.
func (a api) script() []int {
	a.t.Helper()
	var body struct{ Answers []int }
	a.call("GET", "/_mock/v1/receiver", "").want(200).into(&body)
	return body.Answers
}

func TestTheSampleReceiverAnswersWhatItIsTold(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	a := apiOf(t, mock)
	a.listen(mock.URL + "/_mock/receiver/default")
	if r := a.call("PUT", "/_mock/v1/receiver", `{"answers": [503, 302, 418]}`).want(200); !strings.Contains(string(r.body), "[503,302,418]") {
		t.Errorf("answered %s", r.body)
	}
	id := a.enroll()[0]
	a.advance(`{"by": "5m"}`)
	if left := a.script(); !slices.Equal(left, []int{418}) {
		t.Errorf("after two attempts %v is left", left)
	}
	a.advance(`{"to": "idle"}`)
	var got []int
	for _, made := range a.delivery(id).Attempts {
		got = append(got, made.Status)
	}
	if !slices.Equal(got, []int{503, 302, 418, 200}) {
		t.Errorf("the attempts were answered %v", got)
	}
	a.call("PUT", "/_mock/v1/receiver", `{"answers": [500, 500]}`).want(200)
	a.call("PUT", "/_mock/v1/receiver", `{"answers": []}`).want(200)
	if left := a.script(); left == nil || len(left) != 0 {
		t.Errorf("an empty list leaves %v", left)
	}
}

func TestAnAnswerThatNobodyGivesIsRefused(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.call("PUT", "/_mock/v1/receiver", `{"answers": [503]}`).want(200)
	for body, want := range map[string][]string{
		`{"answers": [199, 503, 600, -1]}`: {"body.answers[0]", "body.answers[2]", "body.answers[3]"},
		`{"answers": [503, "503"]}`:        {"body.answers[1]"},
		`{"answers": [503.5]}`:             {"body.answers[0]"},
		`{"answers": [1e99]}`:              {"body.answers"},
		`{"answers": 503}`:                 {"body.answers"},
		`{"answers": null}`:                {"body.answers"},
		`{}`:                               {"body.answers"},
		`{"answers": [200], "times": 2}`:   {"body.times"},
	} {
		if got := a.call("PUT", "/_mock/v1/receiver", body).problem(422).locations(); !slices.Equal(got, want) {
			t.Errorf("%s: found something at %v, want %v", body, got, want)
		}
	}
	if left := a.script(); !slices.Equal(left, []int{503}) {
		t.Errorf("what was refused left %v", left)
	}
}

func (a api) reset(body string) map[string]int {
	a.t.Helper()
	var out struct{ Cleared map[string]int }
	a.call("POST", "/_mock/v1/reset", body).want(200).into(&out)
	return out.Cleared
}

func TestAResetForgetsWhatHappenedAndKeepsWhatWasSetUp(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	h := newHook(t, slices.Repeat([]int{503}, 50)...)
	a.listen(h.URL)
	a.call("PUT", "/_mock/v1/uqudo/accounts/other", `{"resign": true}`).want(201)
	a.call("POST", "/_mock/v1/keys/rotate", `{"retire": "1h"}`).want(201)
	a.call("PUT", "/_mock/v1/receiver", `{"answers": [503]}`).want(200)
	first := a.enroll()
	a.enroll()
	a.advance(`{"by": "5m"}`)

	cleared := a.reset("")
	for kind, want := range map[string]int{"session": 2, "notification": 2, "delivery": 2, "attempt": 4} {
		if cleared[kind] != want {
			t.Errorf("%d of the kind %s were cleared, want %d", cleared[kind], kind, want)
		}
	}
	if len(a.deliveries("").Deliveries) != 0 || len(a.sessions("")) != 0 || len(a.script()) != 0 {
		t.Error("something that happened is still there")
	}
	a.call("GET", "/_mock/v1/deliveries/"+first[0], "").problem(404)
	a.call("GET", globalWebhook, "").want(200)
	a.call("GET", "/_mock/v1/uqudo/accounts/other", "").want(200)
	if keys := a.keys(); len(keys) != 2 {
		t.Errorf("the keys are %v", keys)
	}
	requests := len(h.received())
	if out := a.advance(`{"by": "2h"}`); len(out.Attempts) != 0 || len(h.received()) != requests {
		t.Errorf("what was forgotten is still delivered: %+v", out.Attempts)
	}
	if keys := a.keys(); keys[0].State != "retired" {
		t.Errorf("the keys are %v, and one was to be retired", keys)
	}
	if again := a.enroll(); slices.Equal(again, first) {
		t.Error("a new delivery has the identity of one that was forgotten")
	}
	if cleared := a.reset(`{"all": false}`); cleared["session"] != 1 {
		t.Errorf("cleared %v", cleared)
	}
	a.call("GET", globalWebhook, "").want(200)
}

func TestAResetOfAllIsANewStart(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listen(newHook(t).URL)
	a.call("PUT", "/_mock/v1/uqudo/accounts/other", `{}`).want(201)
	a.call("PUT", "/_mock/v1/uqudo/accounts/default/hosted-kyc/site", `{}`).want(201)
	before := a.keys()
	a.call("POST", "/_mock/v1/keys/rotate", `{"retire": "1h"}`).want(201)
	if cleared := a.reset(`{"all": true}`); cleared["uqudo.account"] != 1 || cleared["uqudo.webhook"] != 2 {
		t.Errorf("cleared %v", cleared)
	}
	a.call("GET", globalWebhook, "").problem(404)
	a.call("GET", "/_mock/v1/uqudo/accounts/other", "").problem(404)
	a.call("GET", "/_mock/v1/uqudo/accounts/default/hosted-kyc/site", "").problem(404)
	if after := a.keys(); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("the keys are %v, want %v as at the start", after, before)
	}

	// The old key would be retired in an hour if the rotation of before counted.
	a.call("POST", "/_mock/v1/keys/rotate", "").want(201)
	a.advance(`{"by": "2h"}`)
	if keys := a.keys(); len(keys) != 2 || keys[0].State != "published" || keys[1].State != "active" {
		t.Errorf("two hours later the keys are %v", keys)
	}
	a.listen(newHook(t).URL) // 201 again
}

func TestAResetThatCannotBeReadIsRefused(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.save(1)
	for _, c := range []struct{ body, location string }{
		{`{"all": "yes"}`, "body.all"}, {`{"everything": true}`, "body.everything"}, {`[]`, "body"},
	} {
		if got := a.call("POST", "/_mock/v1/reset", c.body).problem(422).locations(); !slices.Equal(got, []string{c.location}) {
			t.Errorf("%s: found something at %v", c.body, got)
		}
	}
	a.call("GET", globalWebhook, "").want(200)
}
