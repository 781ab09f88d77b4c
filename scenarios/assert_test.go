package scenarios_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
	"kycmock/scenarios"
)

// stage is a world in which everything has happened already: a trigger leads to
// its first deliveries, as they are.
type stage struct {
	scenarios.World // nil: what is not here is not asked for
	records         []delivery.Record
	told            int // how many of them a trigger leads to
	armed           map[string]scenarios.Armed
}

func (s stage) Now() time.Time { return began }
func (s stage) Standing() bool { return true }
func (s stage) Providers() []provider.Profile {
	return []provider.Profile{{Name: "uqudo", Webhooks: []string{"global"}}}
}
func (s stage) Webhook(string, string, string) (string, bool) { return "http://a.test", true }

func (s stage) Trigger(context.Context, provider.Trigger) (provider.Outcome, error) {
	o := provider.Outcome{}
	for _, r := range s.records[:s.told] {
		o.Deliveries = append(o.Deliveries, r.Delivery)
	}
	return o, nil
}

func (s stage) Advance(context.Context, time.Duration) ([]delivery.Attempt, error) { return nil, nil }

func (s stage) Delivery(id string) (delivery.Record, error) {
	for _, r := range s.records {
		if r.ID == id {
			return r, nil
		}
	}
	return delivery.Record{}, problem.New(problem.NotFound, "no delivery is called %q", id)
}

func (s stage) Deliveries(delivery.Filter) ([]delivery.Record, string) { return s.records, "" }
func (s stage) Attempted() []string                                    { return nil }

func (s stage) Arm(a scenarios.Armed) (string, error) {
	s.armed[a.Fault.Name] = a
	return a.Fault.Name, nil
}

func (s stage) Disarm(id string) error {
	delete(s.armed, id)
	return nil
}

// made is an attempt that was answered, or with status 0 not.
func made(n, status int, after time.Duration) delivery.Attempt {
	a := delivery.Attempt{
		N: n, At: began.Add(after), DueAt: began.Add(after), Status: status, TookMs: 1500,
		Request: &delivery.Request{URL: "http://a.test", Body: "hello"},
	}
	if status == 0 {
		a.Error, a.ErrorKind = "no whole answer within 10s", delivery.KindTimeout
	} else {
		a.Response = &delivery.Response{Body: "busy", Headers: http.Header{"Retry-After": {"60"}}}
	}
	return a
}

func record(id string, status delivery.Status, attempts ...delivery.Attempt) delivery.Record {
	return delivery.Record{
		Delivery: delivery.Delivery{ID: id, Provider: "uqudo", Account: "default", Webhook: "global", Status: status, URL: "http://a.test"},
		Attempts: attempts,
	}
}

func TestAnAssertionHoldsOrSaysWhatIsWrong(t *testing.T) {
	ignored := made(3, 504, 10*time.Minute)
	ignored.IgnoredStatus = 200
	other := made(2, 200, 5*time.Minute)
	other.Request.Body = "bye"
	busy := record("dlv_1", delivery.Delivered, made(1, 503, 0), made(2, 0, 5*time.Minute), made(3, 200, 10*time.Minute))
	waiting := record("dlv_1", delivery.Pending)
	off := record("dlv_1", delivery.Cancelled, made(1, 500, 0))
	off.CancelReason = "the webhook was deleted"

	tests := []struct {
		name   string
		record delivery.Record
		a      scenarios.Assertion
		wants  string // empty when it holds
	}{
		{"a status in a class", busy, scenarios.Assertion{Attempt: "3", Status: "2xx"}, ""},
		{"one of a list", busy, scenarios.Assertion{Attempt: "first", Status: "409, 503"}, ""},
		{"not in a class", busy, scenarios.Assertion{Attempt: "last", Status: "not 2xx"}, "attempt 3 of x was answered 200, wanted not 2xx"},
		{"neither of two", busy, scenarios.Assertion{Attempt: "1", Status: "not 409, 503"}, "attempt 1 of x was answered 503, wanted not 409, 503"},
		{"a class but for one", busy, scenarios.Assertion{Attempt: "3", Status: "2xx, not 200"}, "attempt 3 of x was answered 200, wanted 2xx, not 200"},
		{"no answer", busy, scenarios.Assertion{Attempt: "2", Status: "none"}, ""},
		{"no answer is not 2xx", busy, scenarios.Assertion{Attempt: "2", Status: "not 2xx"}, ""},
		{"no answer is no class", busy, scenarios.Assertion{Attempt: "2", Status: "5xx"},
			"attempt 2 of x was not answered (timeout: no whole answer within 10s), wanted 5xx"},
		{"each attempt", busy, scenarios.Assertion{Attempt: "each", Status: "200"},
			"attempt 1 of x was answered 503, wanted 200; attempt 2 of x was not answered (timeout: no whole answer within 10s), wanted 200"},
		{"an answer that was ignored", record("dlv_1", delivery.Pending, ignored), scenarios.Assertion{Attempt: "3", Status: "200"},
			"attempt 3 of x was answered 200, which the vendor took for 504, wanted 200"},
		{"an attempt that was not made", busy, scenarios.Assertion{Attempt: "4", Status: "2xx"}, "attempt 4 of x was not made: it is delivered after 3 attempts"},
		{"no attempt at all", waiting, scenarios.Assertion{Attempt: "each", Status: "2xx"}, "no attempt of x was made: it is pending"},
		{"no status of HTTP", busy, scenarios.Assertion{Attempt: "1", Status: "delivered"}, `"delivered" is no status, want one such as 200, 2xx, not 2xx, or none`},
		{"no attempt of that word", busy, scenarios.Assertion{Attempt: "second", Status: "2xx"}, `attempt: want a number from 1, first, last or each, not "second"`},

		{"a delivery's status", busy, scenarios.Assertion{Status: "delivered"}, ""},
		{"one of two statuses", off, scenarios.Assertion{Status: "exhausted, cancelled"}, ""},
		{"another status", off, scenarios.Assertion{Status: "delivered"},
			"x is cancelled after 1 attempt (the webhook was deleted), was answered 500 at last, wanted delivered"},
		{"no status of deliveries", busy, scenarios.Assertion{Status: "2xx"},
			`"2xx" is no status, want pending, delivered, exhausted or cancelled; an HTTP status is that of an attempt`},
		{"a reason", off, scenarios.Assertion{Reason: "deleted$"}, ""},
		{"another reason", off, scenarios.Assertion{Reason: "asked"}, "x was cancelled because the webhook was deleted, wanted a reason like asked"},
		{"no cancellation", busy, scenarios.Assertion{Reason: "asked"}, "x is delivered, wanted it cancelled for a reason like asked"},

		{"a number of attempts", busy, scenarios.Assertion{Attempts: "3"}, ""},
		{"another number", busy, scenarios.Assertion{Attempts: "25"}, "x had 3 attempts, wanted 25"},
		{"a number that is none", busy, scenarios.Assertion{Attempts: "many"}, `attempts: "many" is not a whole number`},
		{"a sequence", busy, scenarios.Assertion{Sequence: []scenarios.Statuses{"5xx", "none", "200"}}, ""},
		{"a shorter sequence", busy, scenarios.Assertion{Sequence: []scenarios.Statuses{"5xx", "none"}}, "the attempts of x were answered 503, none, 200, wanted 5xx, none"},
		{"times", busy, scenarios.Assertion{At: []scenarios.Duration{"0m", "300s", "10m"}}, ""},
		{"other times", busy, scenarios.Assertion{At: []scenarios.Duration{"0m", "2h"}}, "the attempts of x were made at 0s, 5m, 10m, wanted 0s, 2h"},
		{"no times", waiting, scenarios.Assertion{At: []scenarios.Duration{"0m"}}, "the attempts of x were made at never, wanted 0s"},

		{"quick enough", busy, scenarios.Assertion{Within: "2s"}, ""},
		{"too slow", off, scenarios.Assertion{Within: "1s"}, "attempt 1 of x took 1.5s, wanted at most 1s"},
		{"an error", busy, scenarios.Assertion{Attempt: "2", Error: "timeout"}, ""},
		{"no error", busy, scenarios.Assertion{Attempt: "1", Error: "none"}, ""},
		{"an error where none is wanted", busy, scenarios.Assertion{Attempt: "2", Error: "none"},
			"attempt 2 of x was not answered (timeout: no whole answer within 10s), wanted a whole answer"},
		{"another error", busy, scenarios.Assertion{Attempt: "1", Error: "reset"}, "attempt 1 of x was answered 503, wanted the error reset"},
		{"a header", off, scenarios.Assertion{Header: map[string]string{"retry-after": "^[0-9]+$"}}, ""},
		{"another header", off, scenarios.Assertion{Header: map[string]string{"Retry-After": "GMT"}},
			`attempt 1 of x was answered with the header Retry-After "60", wanted one like GMT`},
		{"a body", off, scenarios.Assertion{Body: "^bu"}, ""},
		{"another body", off, scenarios.Assertion{Body: "ready"}, `attempt 1 of x was answered with "busy", wanted a body like ready`},
		{"no regular expression", off, scenarios.Assertion{Body: "("}, "body: \"(\" is no regular expression: error parsing regexp: missing closing ): `(`"},
		{"a request", off, scenarios.Assertion{Request: "hello"}, ""},
		{"another request", off, scenarios.Assertion{Request: "bye"}, `attempt 1 of x sent "hello", wanted a body like bye`},
		{"the same bytes", busy, scenarios.Assertion{SameBytes: new(true)}, ""},
		{"other bytes", record("dlv_1", delivery.Delivered, made(1, 503, 0), other), scenarios.Assertion{SameBytes: new(true)},
			"attempt 2 of x sent other bytes than the first"},
		{"the same bytes where others are wanted", busy, scenarios.Assertion{SameBytes: new(false)}, "all attempts of x sent the same bytes"},
		{"no bytes", waiting, scenarios.Assertion{SameBytes: new(true)}, "no attempt of x was made, and so no bytes were sent"},
		{"a number of deliveries", busy, scenarios.Assertion{Count: "1"}, ""},
		{"too few deliveries", busy, scenarios.Assertion{Count: "2"}, "x led to 1 delivery, wanted 2"},
		{"another webhook", busy, scenarios.Assertion{Webhook: "other", Attempts: "3"}, "x led to no delivery"},
		{"no copies", busy, scenarios.Assertion{Copies: "x", Attempts: "3"}, "x led to no copy"},
		{"several things", busy, scenarios.Assertion{Attempts: "2", Status: "exhausted"},
			"x is delivered after 3 attempts, was answered 200 at last, wanted exhausted; x had 3 attempts, wanted 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.a.Copies == "" {
				tt.a.Delivery = "x"
			}
			got := play(t, stage{records: []delivery.Record{tt.record}, told: 1}, story(trigger("x"), expect(tt.a)), scenarios.Options{})
			if got.Steps[1].Detail != tt.wants {
				t.Errorf("got  %s\nwant %s", got.Steps[1].Detail, tt.wants)
			}
			if holds := got.Status == scenarios.Passed; holds != (tt.wants == "") {
				t.Errorf("it is %s: %s", got.Status, got.Detail)
			}
		})
	}
}

func TestOneOfSeveralDeliveriesIsCalledByWhatIsItsOwn(t *testing.T) {
	good, bad := record("dlv_1", delivery.Delivered, made(1, 200, 0)), record("dlv_2", delivery.Pending, made(1, 500, 0))
	hosted := bad
	hosted.Webhook = "hosted-kyc/links"
	tests := []struct {
		name    string
		records []delivery.Record
		wants   string
	}{
		{"of two webhooks", []delivery.Record{good, hosted}, "attempt 1 of x at hosted-kyc/links was answered 500, wanted 2xx"},
		{"of one webhook", []delivery.Record{good, bad}, "attempt 1 of x (2 of 2) was answered 500, wanted 2xx"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := play(t, stage{records: tt.records, told: 2}, story(
				trigger("x"), expect(scenarios.Assertion{Delivery: "x", Attempt: "1", Status: "2xx"}),
			), scenarios.Options{})
			if got.Steps[1].Detail != tt.wants {
				t.Errorf("got %s, want %s", got.Steps[1].Detail, tt.wants)
			}
		})
	}
}

func TestWhatIsWrongManyTimesIsToldAFewTimes(t *testing.T) {
	var attempts []delivery.Attempt
	for n := range 25 {
		attempts = append(attempts, made(n+1, 503, 0))
	}
	got := play(t, stage{records: []delivery.Record{record("dlv_1", delivery.Exhausted, attempts...)}, told: 1}, story(
		trigger("x"), expect(scenarios.Assertion{Delivery: "x", Attempt: "each", Status: "2xx"}),
	), scenarios.Options{})
	if detail := got.Steps[1].Detail; strings.Count(detail, "wanted 2xx") != 5 || !strings.HasSuffix(detail, "; and 20 more like that") {
		t.Errorf("got %s", detail)
	}
}

func TestFaultsAreArmedAndDisarmedAtTheEndAtLatest(t *testing.T) {
	w := stage{armed: map[string]scenarios.Armed{}}
	arm := func(as string, f any) scenarios.Step {
		return scenarios.Step{Arm: &scenarios.Arm{As: as, Event: "$what", Fault: f, Times: "0"}}
	}
	var during map[string]scenarios.Armed
	s := story(
		arm("a", "jwks-empty"),
		arm("b", map[string]any{"name": "jwks-error", "params": map[string]any{"status": "$status"}}),
		scenarios.Step{Disarm: name("a")},
		scenarios.Step{Disarm: name("c")},
	)
	s.Vars = map[string]scenarios.Var{"what": {Default: "face"}, "status": {Default: 502}}
	got := play(t, w, s, scenarios.Options{Observe: func(s scenarios.StepResult) {
		if s.Path == "3" {
			during = map[string]scenarios.Armed{}
			for id, a := range w.armed {
				during[id] = a
			}
		}
	}})
	if got.Status != scenarios.Error || !strings.HasSuffix(got.Detail, `no fault was armed as "c"`) {
		t.Errorf("it is %s: %s", got.Status, got.Detail)
	}
	a := during[fault.JWKSError]
	if len(during) != 1 || a.Provider != "uqudo" || a.Account != "default" || a.Event != "face" || a.Times != 0 || a.Fault.Number("status") != 502 {
		t.Errorf("armed were %+v", during)
	}
	if len(w.armed) != 0 {
		t.Errorf("still armed are %v", w.armed)
	}
}
