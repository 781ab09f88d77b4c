package scenarios_test

import (
	"context"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/scenarios"
)

// A finding says what happened: the words of its author are for the failure that
// they name, and for no other.
func TestAFindingSaysWhatHappened(t *testing.T) {
	quick, slow := scenarios.Duration("2s"), scenarios.Duration("1s")
	at1 := func(status scenarios.Statuses) scenarios.Assertion {
		return scenarios.Assertion{Attempt: "1", Status: status}
	}
	tests := []struct {
		name   string
		answer int // 0 for none
		a      scenarios.Assertion
		wants  string // empty when nothing is found
	}{
		{"took what was to be refused", 200, at1("4xx"), "did it"},
		{"took what was not to be taken", 204, at1("not 2xx"), "did it"},
		{"broke on what was to be refused", 500, at1("4xx"), "broke: attempt 1 of x was answered 500, wanted 4xx"},
		{"sent it elsewhere", 302, at1("4xx"), "answered otherwise: attempt 1 of x was answered 302, wanted 4xx"},
		{"refused it as was wanted", 401, at1("4xx"), ""},
		{"did not answer to what was to be refused", 0, at1("4xx"),
			"did not answer: attempt 1 of x was not answered (timeout: no whole answer within 10s), wanted 4xx"},
		{"did not answer to what was to be taken", 0, at1("2xx"),
			"did not answer: attempt 1 of x was not answered (timeout: no whole answer within 10s), wanted 2xx"},
		{"refused what was to be taken", 409, at1("2xx"), "did it"},
		{"broke on what was to be taken", 500, at1("200"), "did it"},
		{"took it in another way", 202, at1("200"), "did it"},
		{"broke where anything else will do", 500, at1("not 5xx"), "did it"},
		{"was slow where that is named", 200, scenarios.Assertion{Attempt: "1", Within: slow}, "did it"},
		{"was slow where the answer is named", 200, scenarios.Assertion{Attempt: "1", Status: "2xx", Within: slow},
			"took too long: attempt 1 of x took 1.5s, wanted at most 1s"},
		{"was quick enough", 200, scenarios.Assertion{Attempt: "1", Status: "2xx", Within: quick}, ""},
		{"did not answer until the end", 0, scenarios.Assertion{Status: "delivered"},
			"did not answer: x is pending after 1 attempt, was not answered at last (timeout: no whole answer within 10s), wanted delivered"},
		{"refused until the end", 409, scenarios.Assertion{Status: "delivered"}, "did it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.a.Delivery = "x"
			step := judge("it is right", tt.a)
			step.Judge.Finding = "did it"
			w := stage{records: []delivery.Record{record("dlv_1", delivery.Pending, made(1, tt.answer, 0))}, told: 1}
			got := play(t, w, story(trigger("x"), step), scenarios.Options{})
			if found := got.Steps[1]; found.Finding != tt.wants || tt.wants != "" && found.Otherwise != "Mend it." {
				t.Errorf("found %q (%s), want %q", found.Finding, found.Detail, tt.wants)
			}
		})
	}
}

func TestWhatAnEarlierFindingKeptFromHappeningIsFoundOnce(t *testing.T) {
	w := stage{records: []delivery.Record{record("dlv_1", delivery.Delivered, made(1, 200, 0))}, told: 1}
	refused := judge("it is refused at first", scenarios.Assertion{Delivery: "x", Attempt: "1", Status: "4xx"})
	retried := judge("the retry is taken", scenarios.Assertion{Delivery: "x", Attempt: "2", Status: "2xx"})
	copied := judge("a replay is taken", scenarios.Assertion{Copies: "x", Attempt: "1", Status: "2xx"})

	got := play(t, w, story(trigger("x"), refused, retried, copied), scenarios.Options{})
	wants(t, got, scenarios.Failed, scenarios.Passed, scenarios.Failed, scenarios.Skipped, scenarios.Skipped)
	if n := len(got.Findings()); n != 1 {
		t.Errorf("there are %d findings, want 1", n)
	}
	if want := "there is nothing to judge: attempt 2 of x was not made: it is delivered after 1 attempt"; got.Steps[2].Detail != want {
		t.Errorf("got %q, want %q", got.Steps[2].Detail, want)
	}

	// Without an earlier finding nothing is let pass.
	for want, step := range map[string]scenarios.Step{
		"attempt 2 of x was not made: it is delivered after 1 attempt": retried,
		"x led to no copy": copied,
	} {
		got := play(t, w, story(trigger("x"), step), scenarios.Options{})
		wants(t, got, scenarios.Failed, scenarios.Passed, scenarios.Failed)
		if got.Steps[1].Finding != want {
			t.Errorf("found %q, want %q", got.Steps[1].Finding, want)
		}
	}
}

func TestAStoryThatNobodyIsToldOfIsAnErrorAndNoFinding(t *testing.T) {
	const wanted = "no webhook is set: give the run a url, or save one"
	for name, a := range map[string]scenarios.Assertion{
		"an attempt": {Delivery: "x", Attempt: "1", Status: "2xx"},
		"a status":   {Delivery: "x", Status: "delivered"},
		"copies":     {Copies: "x", Count: "1"},
		"an order":   {Order: []scenarios.Text{"x", "y"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := play(t, newWorld(t, 0, 7), story(trigger("x"), trigger("y"), judge("it is right", a)), scenarios.Options{})
			wants(t, got, scenarios.Error, scenarios.Passed, scenarios.Passed, scenarios.Error)
			if got.Steps[2].Detail != wanted || got.Steps[2].Finding != "" {
				t.Errorf("got %q (found %q), want %q", got.Steps[2].Detail, got.Steps[2].Finding, wanted)
			}
		})
	}
	got := play(t, newWorld(t, 0, 7), story(trigger("x"), expect(scenarios.Assertion{Delivery: "x", Count: "0"})), scenarios.Options{})
	wants(t, got, scenarios.Passed, scenarios.Passed, scenarios.Passed)
}

// running is a stage on which the clock runs.
type running struct{ stage }

func (running) Standing() bool { return false }

func (r running) Wait(_ context.Context, id string, _ func(delivery.Record) bool) (delivery.Record, error) {
	return r.Delivery(id)
}

func TestAttemptsOnAClockThatRunsMayBeLateButNotEarly(t *testing.T) {
	at := func(seconds ...float64) delivery.Record {
		r := record("dlv_1", delivery.Pending)
		for i, s := range seconds {
			r.Attempts = append(r.Attempts, made(i+1, 503, time.Duration(s*float64(time.Second))))
		}
		return r
	}
	wanted := scenarios.Assertion{Delivery: "x", At: []scenarios.Duration{"0s", "0s", "5s"}}
	tests := []struct {
		name   string
		record delivery.Record
		holds  bool
	}{
		{"when they should be", at(0, 0, 5), true},
		{"late, as is what is counted from it", at(0, 0.02, 5.02), true},
		{"one more by now", at(0, 0, 5, 35), true},
		{"too early", at(0, 0, 4.9), false},
		{"too early after a late one", at(0, 1, 5), false},
		{"one too few", at(0, 0), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := running{stage{records: []delivery.Record{tt.record}, told: 1}}
			got := play(t, w, story(trigger("x"), expect(wanted)), scenarios.Options{})
			if (got.Status == scenarios.Passed) != tt.holds {
				t.Errorf("it is %s: %s", got.Status, got.Detail)
			}
		})
	}
}

func TestAStepIsCalledByWhatItsNameSpeaksOf(t *testing.T) {
	w := stage{records: []delivery.Record{record("dlv_1", delivery.Delivered, made(1, 200, 0))}, told: 1}
	s := story(trigger("x"), judge("the answer is $need, for $$1", scenarios.Assertion{Delivery: "x", Attempt: "1", Status: "$need"}))
	s.Vars = map[string]scenarios.Var{"need": {Default: "2xx"}}
	if got := play(t, w, s, scenarios.Options{}).Steps[1].Name; got != "judge the answer is 2xx, for $1" {
		t.Errorf("it is called %q", got)
	}
}

func TestTheTwoTellingsOfAnEventAreHeldAgainstEachOther(t *testing.T) {
	session := "ses_1"
	other := made(1, 200, 0)
	other.Request.Body = "bye"
	of := func(id, webhook string, a delivery.Attempt) delivery.Record {
		r := record(id, delivery.Delivered, a)
		r.Webhook, r.Session = webhook, &session
		return r
	}
	for name, test := range map[string]struct {
		second delivery.Attempt
		status scenarios.Status
	}{
		"the same bytes": {made(1, 200, 0), scenarios.Passed},
		"other bytes":    {other, scenarios.Error},
	} {
		t.Run(name, func(t *testing.T) {
			w := stage{records: []delivery.Record{of("dlv_1", "global", made(1, 200, 0)), of("dlv_2", "hosted-kyc/links", test.second)}, told: 2}
			got := play(t, w, story(trigger("x"), expect(scenarios.Assertion{Delivery: "x", Count: "2", SameBytes: new(true)})), scenarios.Options{})
			if got.Status != test.status {
				t.Errorf("it is %s: %s", got.Status, got.Detail)
			}
		})
	}
}
