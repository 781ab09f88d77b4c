package scenarios_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/scenarios"
)

// target is a receiver that answers what it is told to and keeps what came.
type target struct {
	url string

	mu      sync.Mutex
	answers []int // 200 when there are no more
	bodies  []string
}

func newTarget(t *testing.T, answers ...int) *target {
	t.Helper()
	r := &target{answers: answers}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *target) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the sender broke off
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies = append(r.bodies, string(body))
	if len(r.answers) > 0 {
		w.WriteHeader(r.answers[0])
		r.answers = r.answers[1:]
	}
}

func (r *target) received() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.bodies)
}

// story is a scenario of these steps, each on a line of its own.
func story(steps ...scenarios.Step) scenarios.Scenario {
	for i := range steps {
		steps[i].Line, steps[i].Column = i+5, 5
	}
	return scenarios.Scenario{Name: "story", Why: "to see", Provider: "uqudo", File: "story.yaml", Steps: steps}
}

func trigger(as string, faults ...any) scenarios.Step {
	step := scenarios.Trigger{As: as, Event: "enrollment"}
	if len(faults) > 0 {
		step.Faults = faults
	}
	return scenarios.Step{Trigger: &step}
}

// identify is a trigger of UIP's.
func identify(as string) scenarios.Step {
	step := trigger(as)
	step.Trigger.Provider, step.Trigger.Event = "uip", "identify"
	return step
}

func advance(by scenarios.Text) scenarios.Step { return scenarios.Step{Advance: &by} }

func expect(a scenarios.Assertion) scenarios.Step { return scenarios.Step{Expect: &a} }

func judge(that scenarios.Text, a scenarios.Assertion) scenarios.Step {
	return scenarios.Step{Judge: &scenarios.Judgement{That: that, Assertion: a, Otherwise: "Mend it."}}
}

func play(t *testing.T, w scenarios.World, s scenarios.Scenario, o scenarios.Options) scenarios.Result {
	t.Helper()
	r, err := scenarios.Play(t.Context(), w, s, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func statuses(r scenarios.Result) []scenarios.Status {
	var all []scenarios.Status
	for _, s := range r.Steps {
		all = append(all, s.Status)
	}
	return all
}

func wants(t *testing.T, r scenarios.Result, status scenarios.Status, steps ...scenarios.Status) {
	t.Helper()
	if r.Status != status || !slices.Equal(statuses(r), steps) {
		t.Fatalf("the run is %s with steps %v, want %s with %v\n%s\n%+v", r.Status, statuses(r), status, steps, r.Detail, r.Steps)
	}
}

var lostOnce = map[string]any{"name": "reset-mid-body", "on": "first"}

func TestAReceiverThatDoesRightPasses(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	same := true
	seed := uint64(3)
	got := play(t, w, story(
		trigger("onboarding", lostOnce),
		advance("5m"),
		expect(scenarios.Assertion{Delivery: "onboarding", At: []scenarios.Duration{"0m", "5m"}, Attempts: "2", Count: "1", SameBytes: &same}),
		judge("the second telling is taken", scenarios.Assertion{Delivery: "onboarding", Attempt: "2", Status: "2xx"}),
		judge("it is taken in the end", scenarios.Assertion{Delivery: "onboarding", Status: "delivered", Sequence: []scenarios.Statuses{"none", "200"}}),
	), scenarios.Options{URL: r.url, Seed: &seed, RunID: "run_x"})
	wants(t, got, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed)
	if got.ID != "run_x" || got.Seed != 3 || !got.ClockStart.Equal(began) || got.Vars["url"] != r.url || got.Vars["account"] != "default" {
		t.Errorf("got %+v", got)
	}
	if want := "kycmock scenario run story --seed 3 --clock-start 2026-11-22T10:00:00Z --url " + r.url; got.Command != want {
		t.Errorf("it is repeated by %s, want %s", got.Command, want)
	}
	if list := got.Steps[0].Deliveries; len(list) != 1 || !slices.Equal(list, got.Steps[3].Deliveries) || !slices.Equal(list, got.Steps[1].Deliveries) {
		t.Errorf("the deliveries are %v of the trigger, %v of the advance, %v of the judgement", list, got.Steps[1].Deliveries, got.Steps[3].Deliveries)
	}
	if n := len(r.received()); n != 1 {
		t.Errorf("%d whole requests arrived, want 1", n)
	}
}

func TestAReceiverThatDoesWrongIsFoundAndTheStoryGoesOn(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t, 200, 409)
	s := story(
		trigger("first"),
		trigger("second"),
		judge("a second one is taken", scenarios.Assertion{Delivery: "second", Attempt: "1", Status: "2xx"}),
		advance("5m"),
		judge("it is taken at last", scenarios.Assertion{Delivery: "second", Status: "delivered"}),
	)
	s.Steps[2].Judge.Finding = "refused what came second"
	got := play(t, w, s, scenarios.Options{URL: r.url})
	wants(t, got, scenarios.Failed, scenarios.Passed, scenarios.Passed, scenarios.Failed, scenarios.Passed, scenarios.Passed)
	found := got.Findings()
	if len(found) != 1 || found[0].Finding != "refused what came second" || found[0].Otherwise != "Mend it." || found[0].Line != 7 ||
		found[0].Detail != "attempt 1 of second was answered 409, wanted 2xx" {
		t.Errorf("found %+v", found)
	}
}

func TestAFindingWithoutWordsIsMadeOfWhatAGoodReceiverDoes(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t, 500)
	got := play(t, w, story(
		trigger("only"),
		judge("a result is taken", scenarios.Assertion{Delivery: "only", Attempt: "first", Status: "200, 202"}),
	), scenarios.Options{URL: r.url})
	if got.Steps[1].Finding != "it does not hold that a result is taken" {
		t.Errorf("found %q", got.Steps[1].Finding)
	}
}

func TestAStoryThatIsNotAsExpectedEndsAsAnError(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	got := play(t, w, story(
		trigger("only"),
		expect(scenarios.Assertion{Delivery: "only", Attempts: "2"}),
		advance("5m"),
	), scenarios.Options{URL: r.url})
	wants(t, got, scenarios.Error, scenarios.Passed, scenarios.Error, scenarios.Skipped)
	if want := "story.yaml:6:5: step 2: only had 1 attempt, wanted 2"; got.Detail != want {
		t.Errorf("it ended because %q, want %q", got.Detail, want)
	}
}

func TestAProblemOfTheMockSaysWhereInTheStory(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	bad := trigger("only")
	bad.Trigger.Profile = "cleen"
	got := play(t, w, story(bad), scenarios.Options{URL: r.url})
	wants(t, got, scenarios.Error, scenarios.Error)
	if !strings.HasPrefix(got.Detail, "story.yaml:5:5: step 1: ") || !strings.Contains(got.Detail, "data.profile: ") {
		t.Errorf("it ended because %q", got.Detail)
	}
}

func TestAReceiverThatIsNotThereIsUnreachable(t *testing.T) {
	w := newWorld(t, 0, 7)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String()
	listener.Close()
	got := play(t, w, story(
		trigger("only"),
		advance("5m"),
		judge("it is taken", scenarios.Assertion{Delivery: "only", Attempt: "last", Status: "2xx"}),
	), scenarios.Options{URL: url})
	wants(t, got, scenarios.Error, scenarios.Passed, scenarios.Passed, scenarios.Failed)
	if !got.Unreachable || !strings.HasPrefix(got.Detail, "the receiver was never reached: ") {
		t.Errorf("unreachable %t: %s", got.Unreachable, got.Detail)
	}
}

func TestWhatAScenarioSendsElsewhereDoesNotMakeTheReceiverUnreachable(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	nobody := scenarios.SaveWebhook{Config: map[string]any{"url": "http://127.0.0.1:1"}}
	got := play(t, w, story(
		scenarios.Step{SaveWebhook: &nobody},
		trigger("only"),
		expect(scenarios.Assertion{Delivery: "only", Error: "refused"}),
	), scenarios.Options{URL: r.url})
	wants(t, got, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed)
}

func TestTheSameSeedSendsTheSameBytes(t *testing.T) {
	sent := func(mock, run uint64) []string {
		w, r := newWorld(t, 0, mock), newTarget(t, 503)
		several := trigger("several")
		several.Trigger.Repeat = "3"
		got := play(t, w, story(
			several, advance("5m"), trigger("last"), advance("idle"),
		), scenarios.Options{URL: r.url, Seed: &run})
		wants(t, got, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed)
		return r.received()
	}
	first := sent(7, 3)
	if len(first) != 5 {
		t.Fatalf("%d requests arrived, want 5", len(first))
	}
	if again := sent(7, 3); !slices.Equal(first, again) {
		t.Error("the same seed sent other bytes")
	}
	other := sent(7, 4)
	for i := range other {
		if slices.Contains(first, other[i]) {
			t.Errorf("another seed sent the same bytes in request %d", i+1)
		}
	}
}

func TestARunIsCancelledInTheMiddleOfAnAttempt(t *testing.T) {
	w := newWorld(t, 0, 7)
	asked := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		close(asked)
		<-r.Context().Done()
	}))
	t.Cleanup(hanging.Close)
	run, err := scenarios.Start(t.Context(), w, story(trigger("only"), advance("5m"), advance("5m")), scenarios.Options{URL: hanging.URL})
	if err != nil {
		t.Fatal(err)
	}
	<-asked
	if now := run.Result(); now.Status != scenarios.Running || len(now.Steps) > 2 {
		t.Errorf("it is %s with %d steps, want it running the first ones", now.Status, len(now.Steps))
	}
	run.Cancel()
	<-run.Done()
	got := run.Result()
	if got.Status != scenarios.Cancelled || got.Detail != "the run was cancelled" || got.Steps[2].Status != scenarios.Skipped {
		t.Errorf("it is %s (%s) with steps %v", got.Status, got.Detail, statuses(got))
	}
	if pending, _ := w.Deliveries(delivery.Filter{Status: delivery.Pending}); len(pending) != 0 {
		t.Errorf("it left %d deliveries behind", len(pending))
	}
}

func TestARunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got, err := scenarios.Play(ctx, newWorld(t, 0, 7), story(trigger("only")), scenarios.Options{URL: newTarget(t).url})
	if err != nil {
		t.Fatal(err)
	}
	wants(t, got, scenarios.Cancelled, scenarios.Skipped)
}

func TestARunThatTakesTooLongIsAnError(t *testing.T) {
	w, r := newWorld(t, 1, 7), newTarget(t, 503)
	got := play(t, w, story(
		trigger("only"),
		scenarios.Step{Wait: &scenarios.Wait{Delivery: "only", Status: "delivered", Timeout: "1h"}},
	), scenarios.Options{URL: r.url, Limit: 50 * time.Millisecond})
	if got.Status != scenarios.Error || got.Detail != "the run took longer than it may: 50ms" {
		t.Errorf("it is %s: %s", got.Status, got.Detail)
	}
}

func TestOnAClockThatRunsAssertionsWaitForWhatTheyAskOf(t *testing.T) {
	w, r := newWorld(t, 1, 7), newTarget(t, 503)
	got := play(t, w, story(
		trigger("only"),
		judge("it is refused at first", scenarios.Assertion{Delivery: "only", Attempt: "1", Status: "503"}),
		advance("5m"),
		judge("it is taken then", scenarios.Assertion{Delivery: "only", Status: "delivered"}),
		expect(scenarios.Assertion{Delivery: "only", At: []scenarios.Duration{"0s", "5m"}}),
	), scenarios.Options{URL: r.url})
	wants(t, got, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed)
}

func TestWhoeverObservesSeesEachStepBeginAndEnd(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	var seen []string
	play(t, w, story(trigger("only"), advance("5m")), scenarios.Options{URL: r.url, Observe: func(s scenarios.StepResult) {
		seen = append(seen, s.Path+" "+string(s.Status))
	}})
	if want := []string{"1 running", "1 passed", "2 running", "2 passed"}; !slices.Equal(seen, want) {
		t.Errorf("saw %v, want %v", seen, want)
	}
}
