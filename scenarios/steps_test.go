package scenarios_test

import (
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver/delivery"
	"kycmock/scenarios"
)

func name(n scenarios.Text) *scenarios.Text { return &n }

func TestStepsSideBySideAllEndAndKeepTheirOrder(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	wrong := trigger("wrong")
	wrong.Trigger.Event = "nothing"
	side := []scenarios.Step{trigger("a"), wrong, trigger("b")}
	got := play(t, w, story(
		scenarios.Step{Parallel: &side},
		advance("idle"),
	), scenarios.Options{URL: r.url})
	wants(t, got, scenarios.Error, scenarios.Error, scenarios.Passed, scenarios.Error, scenarios.Passed, scenarios.Skipped)
	if got.Steps[3].Path != "1.3" || !strings.Contains(got.Detail, "step 1.2: ") {
		t.Errorf("got %+v", got)
	}
}

func TestAnIncludedScenarioHasVariablesOfItsOwnAndLeavesItsNames(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	inner := story(trigger("first"), expect(scenarios.Assertion{Delivery: "first", Count: "$many"}))
	inner.Name, inner.File = "inner", "inner.yaml"
	inner.Steps[0].Trigger.Repeat = "$many"
	inner.Vars = map[string]scenarios.Var{"many": {Default: 1}}
	outer := story(
		scenarios.Step{Include: &scenarios.Include{Scenario: "inner", As: "setup", Vars: map[string]scenarios.Value{"many": "$count"}}},
		scenarios.Step{Redeliver: &scenarios.Redeliver{Delivery: "$setup.first.delivery", As: "again"}},
		judge("all are taken", scenarios.Assertion{Delivery: "setup.first", Attempt: "each", Status: "2xx", Count: "2"}),
		judge("so is one again", scenarios.Assertion{Delivery: "again", Status: "delivered", SameBytes: new(true)}),
	)
	outer.Vars = map[string]scenarios.Var{"count": {Default: 5}}
	include := func(name string) (scenarios.Scenario, bool) { return inner, name == "inner" }
	got := play(t, w, outer, scenarios.Options{URL: r.url, Include: include, Vars: map[string]string{"count": "2"}})
	wants(t, got, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed)
	if s := got.Steps[2]; s.Path != "1.2" || s.File != "inner.yaml" {
		t.Errorf("the inner step is %+v", s)
	}
	if got.Vars["count"] != 2 {
		t.Errorf("count is %#v, want the number 2", got.Vars["count"])
	}
	if len(r.received()) != 3 {
		t.Errorf("%d requests arrived, want 3", len(r.received()))
	}
}

func TestWhatCannotBeToldIsRefusedBeforeItBegins(t *testing.T) {
	endless := story(scenarios.Step{Include: &scenarios.Include{Scenario: "endless"}})
	include := func(name string) (scenarios.Scenario, bool) { return endless, name == "endless" }
	needs := story()
	needs.Vars = map[string]scenarios.Var{"who": {}, "many": {Default: 3}}
	holds := story()
	holds.Vars = map[string]scenarios.Var{"rate": {Default: 1.5}, "list": {Default: []any{1}}}
	tests := []struct {
		name  string
		s     scenarios.Scenario
		o     scenarios.Options
		wants string
	}{
		{"a circle", endless, scenarios.Options{Include: include}, "story.yaml:5:5: step 1.1.1.1.1.1.1.1: more than 8 scenarios include each other"},
		{"nothing to include", endless, scenarios.Options{}, `story.yaml:5:5: step 1: there is no scenario called "endless"`},
		{"an unknown variable", needs, scenarios.Options{Vars: map[string]string{"who": "me", "mayn": "1"}},
			"vars.mayn: story has no such variable, want one of account, many, url, who"},
		{"a missing variable", needs, scenarios.Options{}, "vars.who: is required: it has no default"},
		{"a variable of another type", needs, scenarios.Options{Vars: map[string]string{"who": "me", "many": "some"}},
			"vars.many: want a whole number, as the default 3 is"},
		{"a number that JSON has not", holds, scenarios.Options{Vars: map[string]string{"rate": ".nan"}},
			"vars.rate: want a number that JSON can hold"},
		{"a list of what JSON has not", holds, scenarios.Options{Vars: map[string]string{"list": "[{1: 2}]"}},
			"vars.list: want a list that JSON can hold"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := scenarios.Start(t.Context(), newWorld(t, 0, 7), tt.s, tt.o)
			if err == nil || !strings.HasSuffix(err.Error(), tt.wants) {
				t.Errorf("got %v, want %s", err, tt.wants)
			}
		})
	}
}

func TestAnActBelongsToWhatItWasOnOrToAName(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	open := func(as string) scenarios.Step {
		step := identify(as)
		step.Trigger.Data = map[string]any{"status": "pending"}
		return step
	}
	got := play(t, w, story(
		open("one"), open("two"),
		expect(scenarios.Assertion{Delivery: "one", Count: "0"}),
		scenarios.Step{Act: &scenarios.Act{On: "one", Do: "complete", Data: map[string]any{"person": "user_test"}}},
		scenarios.Step{Act: &scenarios.Act{On: "two", Do: "complete", As: "done"}},
		expect(scenarios.Assertion{Delivery: "one", Attempts: "1", Request: `"session_id":"$one.session"`}),
		expect(scenarios.Assertion{Delivery: "two", Count: "0"}),
		expect(scenarios.Assertion{Delivery: "done", Count: "1", Status: "delivered"}),
		expect(scenarios.Assertion{Order: []scenarios.Text{"one", "done"}}),
	), scenarios.Options{URL: r.url})
	if got.Status != scenarios.Passed {
		t.Errorf("it is %s: %s", got.Status, got.Detail)
	}
}

func TestTheOrderIsThatOfTheFirstAttempts(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	got := play(t, w, story(
		trigger("first", "overtaken"), trigger("second"), advance("idle"),
		expect(scenarios.Assertion{Order: []scenarios.Text{"second", "first"}}),
		expect(scenarios.Assertion{Order: []scenarios.Text{"first", "second"}}),
	), scenarios.Options{URL: r.url})
	wants(t, got, scenarios.Error, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Error)
	if want := "the order was second, first, wanted first, second"; got.Steps[4].Detail != want {
		t.Errorf("got %q, want %q", got.Steps[4].Detail, want)
	}
}

func TestCopiesAreAskedOfByThemselves(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t, 200, 200, 409)
	got := play(t, w, story(
		trigger("result", map[string]any{"name": "duplicate", "params": map[string]any{"count": 2}}), advance("idle"),
		expect(scenarios.Assertion{Copies: "result", Count: "2", SameBytes: new(true)}),
		expect(scenarios.Assertion{Delivery: "result", Count: "1"}),
		judge("copies are taken", scenarios.Assertion{Copies: "result", Attempt: "1", Status: "2xx"}),
	), scenarios.Options{URL: r.url})
	wants(t, got, scenarios.Failed, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Passed, scenarios.Failed)
	if want := "attempt 1 of copy 2 of result was answered 409, wanted 2xx"; got.Steps[4].Detail != want {
		t.Errorf("got %q, want %q", got.Steps[4].Detail, want)
	}
}

func TestWebhooksAreSavedAndDeleted(t *testing.T) {
	r, other := newTarget(t, 503), newTarget(t)
	s := story(
		trigger("moved"),
		scenarios.Step{SaveWebhook: &scenarios.SaveWebhook{Config: map[string]any{"url": "$elsewhere"}}},
		advance("5m"),
		scenarios.Step{SaveWebhook: &scenarios.SaveWebhook{Webhook: "hosted-kyc/links", Config: map[string]any{"format": "LEGACY"}}},
		scenarios.Step{Trigger: &scenarios.Trigger{As: "both", Event: "enrollment", Data: map[string]any{"hostedKyc": "links"}}},
		expect(scenarios.Assertion{Delivery: "both", Count: "2"}),
		expect(scenarios.Assertion{Delivery: "both", Webhook: "hosted-kyc/links", Request: "^ey"}),
		scenarios.Step{DeleteWebhook: &scenarios.DeleteWebhook{}},
		trigger("untold"),
		expect(scenarios.Assertion{Delivery: "untold", Count: "0"}),
	)
	s.Vars = map[string]scenarios.Var{"elsewhere": {}}
	got := play(t, newWorld(t, 0, 7), s, scenarios.Options{URL: r.url, Vars: map[string]string{"elsewhere": other.url}})
	if got.Status != scenarios.Passed {
		t.Fatalf("it is %s: %s", got.Status, got.Detail)
	}
	if n := len(other.received()); n != 2 {
		t.Errorf("%d requests went elsewhere, want the retry and the next one", n)
	}
}

func TestWhatIsDueIsAttemptedBeforeTheWebhookChanges(t *testing.T) {
	for name, rate := range map[string]float64{"on a clock that stands": 0, "on a clock that runs": 1} {
		t.Run(name, func(t *testing.T) {
			r, other := newTarget(t), newTarget(t)
			play(t, newWorld(t, rate, 7), story(
				trigger("only"),
				scenarios.Step{SaveWebhook: &scenarios.SaveWebhook{Config: map[string]any{"url": other.url}}},
			), scenarios.Options{URL: r.url})
			if len(r.received()) != 1 || len(other.received()) != 0 {
				t.Errorf("%d requests came to the first address and %d to the second", len(r.received()), len(other.received()))
			}
		})
	}
}

func TestATextThatSpeaksOfNothingSaysWhatThereIs(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	s := story(trigger("only"), advance("$elsewhere"))
	got := play(t, w, s, scenarios.Options{URL: r.url})
	if got.Detail != "story.yaml:6:5: step 2: there is no variable $elsewhere, want one of $account, $url; $$ stands for a dollar sign" {
		t.Errorf("it ended because %s", got.Detail)
	}
}

func TestWithoutAURLTheWebhookThatIsSetIsUsed(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	webhook := map[string]any{"url": r.url, "securityType": "NONE"}
	if _, err := w.SaveWebhook(t.Context(), "uqudo", "default", "global", webhook); err != nil {
		t.Fatal(err)
	}
	got := play(t, w, story(trigger("only"), judge("it is taken", scenarios.Assertion{Delivery: "only", Status: "delivered"})), scenarios.Options{})
	if got.Status != scenarios.Passed || got.Vars["url"] != r.url {
		t.Errorf("it is %s with the url %v", got.Status, got.Vars["url"])
	}
}

func TestDeliveriesAreHurriedAndCalledOff(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t, 503, 503, 503)
	got := play(t, w, story(
		trigger("one"), trigger("two"), advance("1m"),
		scenarios.Step{AttemptNow: name("one")},
		scenarios.Step{Cancel: name("two")},
		expect(scenarios.Assertion{Delivery: "one", At: []scenarios.Duration{"0s", "1m"}}),
		expect(scenarios.Assertion{Delivery: "two", Status: "cancelled", Attempts: "1", Reason: "somebody"}),
		scenarios.Step{Cancel: name("two")},
	), scenarios.Options{URL: r.url})
	if got.Status != scenarios.Error || !strings.HasPrefix(got.Detail, "story.yaml:12:5: step 8: ") || !strings.HasSuffix(got.Detail, "is cancelled already") {
		t.Errorf("it is %s: %s", got.Status, got.Detail)
	}
}

func TestAWaitEndsWhenItsDeliveryIsAsItShouldBe(t *testing.T) {
	w, r := newWorld(t, 1, 7), newTarget(t)
	got := play(t, w, story(
		trigger("only"),
		scenarios.Step{Wait: &scenarios.Wait{Delivery: "only", Status: "delivered"}},
		scenarios.Step{Wait: &scenarios.Wait{Delivery: "only", Attempts: "2", Timeout: "20ms"}},
	), scenarios.Options{URL: r.url})
	wants(t, got, scenarios.Error, scenarios.Passed, scenarios.Passed, scenarios.Error)
	if want := "only is delivered after 1 attempt, wanted 2 attempts within 20ms"; got.Steps[2].Detail != want {
		t.Errorf("got %q, want %q", got.Steps[2].Detail, want)
	}
}

func TestKeysAreRotated(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	before := w.mock.Keys()
	got := play(t, w, story(
		scenarios.Step{Keys: &scenarios.Keys{Rotate: &scenarios.Rotate{Retire: "never"}}},
		scenarios.Step{Keys: &scenarios.Keys{Retire: "previous"}},
		scenarios.Step{Keys: &scenarios.Keys{}},
	), scenarios.Options{URL: r.url})
	wants(t, got, scenarios.Error, scenarios.Passed, scenarios.Passed, scenarios.Error)
	if after := w.mock.Keys(); len(after) != len(before)+1 {
		t.Errorf("there are %d keys after %d", len(after), len(before))
	}
}

func TestTextsSpeakOfWhatHappenedBefore(t *testing.T) {
	w, r := newWorld(t, 0, 7), newTarget(t)
	got := play(t, w, story(
		trigger("first"),
		scenarios.Step{Trigger: &scenarios.Trigger{As: "again", Event: "enrollment", Session: "$first.session"}},
	), scenarios.Options{URL: r.url})
	list, _ := w.Deliveries(delivery.Filter{})
	if got.Status != scenarios.Error || !strings.Contains(got.Detail, "session: was used before") || len(list) != 1 {
		t.Errorf("it is %s: %s", got.Status, got.Detail)
	}
	if !slices.Equal(statuses(got), []scenarios.Status{scenarios.Passed, scenarios.Error}) {
		t.Errorf("the steps are %v", statuses(got))
	}
}
