package mockserver_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
	"kycmock/scenarios"
)

func TestTheWorldKnowsWhereWebhooksGo(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	w := mock.World()
	if url, set := w.Webhook("uqudo", "default", "global"); set || url != "" {
		t.Errorf("before anything is saved it is %q, %v", url, set)
	}
	for vendor, config := range map[string]map[string]string{
		"uqudo": {"url": "http://x.test/", "securityType": "NONE"}, "uip": {"url": "http://x.test/"},
	} {
		name := map[string]string{"uqudo": "global", "uip": "default"}[vendor]
		if _, err := w.SaveWebhook(t.Context(), vendor, "default", name, config); err != nil {
			t.Fatal(err)
		}
		if url, set := w.Webhook(vendor, "default", name); !set || url != "http://x.test/" {
			t.Errorf("%s's is %q, %v", vendor, url, set)
		}
	}
	if _, set := w.Webhook("nobody", "default", "global"); set {
		t.Error("an unknown vendor has a webhook")
	}
	if err := w.RotateSecret(t.Context(), "uip", "default"); err != nil {
		t.Error(err)
	}
	for _, vendor := range []string{"uqudo", "nobody"} {
		if err := w.RotateSecret(t.Context(), vendor, "default"); err == nil {
			t.Errorf("%s has a secret", vendor)
		}
	}
}

func TestTheWorldTellsInWhichOrderDeliveriesWereAttempted(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	w := mock.World()
	if !w.Standing() || !w.Now().Equal(start) {
		t.Errorf("the clock stands: %v, at %s", w.Standing(), w.Now())
	}
	config := map[string]string{"url": newHook(t, 503).URL, "securityType": "NONE"}
	if _, err := w.SaveWebhook(t.Context(), "uqudo", "default", "global", config); err != nil {
		t.Fatal(err)
	}
	tell := func(faults ...fault.Fault) string {
		out, err := w.Trigger(t.Context(), provider.Trigger{Provider: "uqudo", Event: "face", Faults: faults})
		if err != nil {
			t.Fatal(err)
		}
		return out.Deliveries[0].ID
	}
	first := tell(fault.Fault{Name: "delay", Params: map[string]any{"by": "10m"}})
	second := tell() // refused at first, and taken when it is told again
	if _, err := w.Advance(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if got := w.Attempted(); !slices.Equal(got, []string{second, first}) {
		t.Errorf("it is %v, want %s and then %s", got, second, first)
	}
}

func TestTheWorldSaysWhatAnActLedTo(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	w := mock.World()
	if _, err := w.SaveWebhook(t.Context(), "uip", "default", "default", map[string]string{"url": newHook(t).URL}); err != nil {
		t.Fatal(err)
	}
	out, err := w.Trigger(t.Context(), provider.Trigger{Provider: "uip", Event: "identify", Data: []byte(`{"status": "pending"}`)})
	if err != nil {
		t.Fatal(err)
	}
	led, err := w.Act(t.Context(), out.Session.ID, "complete", nil)
	if err != nil || led.Session == nil || len(led.Deliveries) != 1 {
		t.Errorf("it led to %+v, %v", led, err)
	}
	if _, err := w.Act(t.Context(), "nobody", "complete", nil); err == nil {
		t.Error("a session that is not there can be completed")
	}
}

// A scenario's author is to read where the mistake is.
func TestTheWorldSaysAllThatIsWrongWithATrigger(t *testing.T) {
	w := mockserver.Test(t, at(0)).World()
	for _, vendor := range []string{"uip", "uqudo"} {
		event := map[string]string{"uip": "identify", "uqudo": "face"}[vendor]
		_, err := w.Trigger(t.Context(), provider.Trigger{Provider: vendor, Event: event, Data: []byte(`{"colour": "red", "shape": "round"}`)})
		if err == nil {
			t.Fatalf("%s knows colours", vendor)
		}
		for _, want := range []string{"data.colour", "data.shape"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s says %q, want %q in it", vendor, err, want)
			}
		}
	}
}

func TestTheWorldRotatesPublishesAndRetiresKeys(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	a, w := apiOf(t, mock), mock.World()
	if err := w.RetirePrevious(t.Context()); err == nil {
		t.Error("the only key was retired")
	}
	old := a.published()
	if err := w.Rotate(t.Context(), scenarios.Rotation{Withhold: true}); err != nil || !slices.Equal(a.published(), old) {
		t.Errorf("published are %v, want %v; %v", a.published(), old, err)
	}
	if err := w.Publish(t.Context()); err != nil || len(a.published()) != 2 {
		t.Errorf("published are %v, want both; %v", a.published(), err)
	}
	if err := w.RetirePrevious(t.Context()); err != nil || slices.Contains(a.published(), old[0]) {
		t.Errorf("published are %v, want the new one; %v", a.published(), err)
	}
}

func TestTheWorldArmsAndDisarmsFaults(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	w := mock.World()
	id, err := w.Arm(scenarios.Armed{Provider: "uqudo", Account: "default", Fault: fault.Fault{Name: "tampered"}, Times: 2})
	if err != nil || len(mock.ArmedFaults()) != 1 {
		t.Fatalf("armed are %+v, %v", mock.ArmedFaults(), err)
	}
	if err := w.Disarm(id); err != nil || len(mock.ArmedFaults()) != 0 {
		t.Errorf("armed are %+v, %v", mock.ArmedFaults(), err)
	}
	if _, err := w.Arm(scenarios.Armed{Provider: "uqudo", Fault: fault.Fault{Name: "tempered"}}); err == nil {
		t.Error("a fault that is none was armed")
	}
}
