package mockserver_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	mockproblem "kycmock/mockserver/problem"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/conformance"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
)

// withToy is a mock that plays the toy beside the vendors, and has it squeak to
// a receiver.
func withToy(t *testing.T, c mockserver.Config) (*mockserver.Server, *hook) {
	t.Helper()
	c.Providers = append(mockserver.Vendors(), newToy)
	if c.Clock == nil {
		c.Clock = clock.New(start, 0)
	}
	mock := mockserver.Test(t, c).Server
	h := newHook(t)
	if _, err := mock.SaveWebhook(t.Context(), "toy", "", "only", toyHook{h.URL}); err != nil {
		t.Fatal(err)
	}
	return mock, h
}

const squeak = `{"provider": "toy", "event": "squeak"}`

// faultsOf are those of a delivery.
func faultsOf(t *testing.T, mock *mockserver.Server, id string) []string {
	t.Helper()
	r, err := mock.Delivery(id)
	if err != nil {
		t.Fatal(err)
	}
	return r.Faults
}

func TestAnArmedFaultIsForWhatItMatches(t *testing.T) {
	for match, want := range map[string]string{
		`{}`:                    "toy uqudo/default uqudo/other uqudo/site face",
		`{"provider": "uqudo"}`: "uqudo/default uqudo/other uqudo/site face",
		`{"provider": "uqudo", "account": "default"}`: "uqudo/default uqudo/site face",
		`{"account": "other"}`:                        "uqudo/other",
		`{"account": "nobody"}`:                       "",
		`{"event": "face"}`:                           "face",
		`{"webhook": "only"}`:                         "toy",
		`{"webhook": "global"}`:                       "uqudo/default uqudo/other face",
		`{"webhook": "hosted-kyc/site"}`:              "uqudo/site",
		`{"webhook": "hosted-kyc/another"}`:           "",
		`{"provider": "uqudo", "webhook": "global", "event": "enrollment", "account": "default"}`: "uqudo/default",
	} {
		t.Run(match, func(t *testing.T) {
			mock, h := withToy(t, mockserver.Config{})
			a := apiOf(t, mock)
			a.listen(h.URL)
			toHook := `{"url": "` + h.URL + `", "securityType": "NONE"}`
			a.call("PUT", "/_mock/v1/uqudo/accounts/other", `{}`).want(201)
			a.call("PUT", "/_mock/v1/uqudo/accounts/other/global-webhook", toHook).want(201)
			a.call("PUT", "/_mock/v1/uqudo/accounts/default/hosted-kyc/site", `{"webhook": `+toHook+`}`).want(201)
			a.arm(`{"match": ` + match + `, "fault": "drop", "times": 0}`)
			sent := []struct {
				names []string
				body  string
			}{
				{[]string{"toy"}, squeak},
				{[]string{"uqudo/default", "uqudo/site"}, `{"provider": "uqudo", "event": "enrollment", "data": {"hostedKyc": "site"}}`},
				{[]string{"uqudo/other"}, `{"provider": "uqudo", "event": "enrollment", "account": "other"}`},
				{[]string{"face"}, `{"provider": "uqudo", "event": "face"}`},
			}
			var hit []string
			for _, s := range sent {
				ids := a.trigger(s.body)
				if len(ids) != len(s.names) {
					t.Fatalf("%s led to %d deliveries", s.body, len(ids))
				}
				for i, id := range ids {
					if len(faultsOf(t, mock, id)) > 0 {
						hit = append(hit, s.names[i])
					}
				}
			}
			if got := sorted(hit...); !slices.Equal(got, sorted(strings.Fields(want)...)) {
				t.Errorf("it was for %v, want %s", got, want)
			}
		})
	}
}

func TestAnArmedFaultIsForTheNextTimesAndThenGone(t *testing.T) {
	mock, h := withToy(t, mockserver.Config{})
	a := apiOf(t, mock)
	a.arm(`{"fault": "drop", "times": 2}`)
	a.arm(`{"fault": {"name": "delay", "params": {"by": "1h"}}}`)
	a.arm(`{"fault": "chunked", "times": 0}`)
	for i, want := range []struct {
		faults string
		left   string
	}{
		{"drop delay chunked", "drop:1 chunked:0"},
		{"drop chunked", "chunked:0"},
		{"chunked", "chunked:0"},
		{"chunked", "chunked:0"},
	} {
		id := a.trigger(squeak)[0]
		if got := strings.Join(faultsOf(t, mock, id), " "); got != want.faults {
			t.Errorf("notification %d has the faults %s, want %s", i+1, got, want.faults)
		}
		var left []string
		for _, armed := range a.armed() {
			left = append(left, fmt.Sprintf("%s:%d", armed.Fault.Name, armed.Left))
		}
		if got := strings.Join(left, " "); got != want.left {
			t.Errorf("after notification %d there are %s, want %s", i+1, got, want.left)
		}
	}
	if armed := a.armed(); armed[0].Hits != 4 || armed[0].Times != 0 {
		t.Errorf("what is for all is %+v after four", armed[0])
	}
	a.advance(`{"to": "idle"}`)
	if n := len(h.received()); n != 2 {
		t.Errorf("%d of 4 were received, and 2 dropped", n)
	}
}

func TestAnArmedFaultIsLeftToThoseWhoCanHaveIt(t *testing.T) {
	mock, h := withToy(t, mockserver.Config{})
	a := apiOf(t, mock)
	a.listen(h.URL)
	a.arm(`{"fault": "tampered"}`) // Uqudo and UIP sign, the toy does not
	if got := faultsOf(t, mock, a.trigger(squeak)[0]); len(got) > 0 {
		t.Errorf("the toy has the faults %v", got)
	}
	if got := faultsOf(t, mock, a.enroll()[0]); !slices.Equal(got, []string{"tampered"}) {
		t.Errorf("Uqudo's has the faults %v", got)
	}
}

func TestAmongManyAtOnceTheTimesAreCountedRight(t *testing.T) {
	mock, _ := withToy(t, mockserver.Config{})
	times := 300 // of 800, so that two come to meet at one
	if _, err := mock.Arm(mockserver.Rule{Fault: fault.Fault{Name: fault.Drop}, Times: &times}); err != nil {
		t.Fatal(err)
	}
	var users sync.WaitGroup
	for range 8 {
		users.Go(func() {
			for range 100 {
				if _, err := mock.Trigger(t.Context(), provider.Trigger{Provider: "toy", Event: "squeak"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	users.Wait()
	if got, _ := mock.Deliveries(delivery.Filter{Status: delivery.Cancelled}); len(got) != times {
		t.Errorf("%d of 800 were dropped, want %d", len(got), times)
	}
	if left := mock.ArmedFaults(); len(left) != 0 {
		t.Errorf("%+v is left", left)
	}
}

func TestWhatIsLeftToChanceIsDrawnFromTheMocksSeed(t *testing.T) {
	dropped := func(seed uint64) (pattern string) {
		mock, _ := withToy(t, mockserver.Config{Seed: &seed})
		a := apiOf(t, mock)
		a.arm(`{"fault": {"name": "ignore-response", "on": "first", "probability": 0.5}, "times": 0}`)
		for range 24 {
			id := a.trigger(squeak)[0]
			a.advance(`{"to": "idle"}`)
			pattern += fmt.Sprint(len(a.delivery(id).Attempts))
		}
		return pattern
	}
	first := dropped(1)
	if n := strings.Count(first, "2"); n < 4 || n > 20 {
		t.Errorf("of 24 tosses of a coin %d came to pass: %s", n, first)
	}
	if again := dropped(1); again != first {
		t.Errorf("the same seed gave\n%s, then\n%s", first, again)
	}
	if other := dropped(2); other == first {
		t.Errorf("another seed gave the same, %s", other)
	}
}

func TestAnArmedFaultSurvivesARestartAndNoReset(t *testing.T) {
	store := &conformance.Shelf{}
	mock, a := begin(t, store, start)
	id := a.arm(`{"match": {"provider": "uqudo", "event": "face"}, "fault": {"name": "ignore-response", "params": {"status": 502}, "on": [1, 3]}, "times": 3}`).ID
	a.listen(newHook(t).URL)
	a.trigger(`{"provider": "uqudo", "event": "face"}`)
	before := a.call("GET", armedPath, "").want(200)
	end(t, mock)

	mock, a = begin(t, store, start.Add(time.Minute))
	if after := a.call("GET", armedPath, "").want(200); string(after.body) != string(before.body) {
		t.Errorf("armed were\n%s and came back as\n%s", before.body, after.body)
	}
	if armed := a.armed(); len(armed) != 1 || armed[0].ID != id || armed[0].Left != 2 || armed[0].Hits != 1 {
		t.Errorf("armed are %+v", armed)
	}
	if cleared := a.reset(""); cleared["fault"] != 1 {
		t.Errorf("a reset cleared %v", cleared)
	}
	if armed := a.armed(); len(armed) != 0 {
		t.Errorf("after a reset are armed %+v", armed)
	}
	end(t, mock)
	mock, a = begin(t, store, start.Add(2*time.Minute))
	if armed := a.armed(); len(armed) != 0 {
		t.Errorf("what was forgotten came back: %+v", armed)
	}
	end(t, mock)
}

func TestWhoeverArmsAFaultKeepsWhatItGave(t *testing.T) {
	mock, _ := withToy(t, mockserver.Config{})
	params := map[string]any{"by": "1h"}
	if _, err := mock.Arm(mockserver.Rule{Fault: fault.Fault{Name: fault.Delay, Params: params}}); err != nil {
		t.Fatal(err)
	}
	params["by"] = "2h"
	if armed := mock.ArmedFaults(); armed[0].Fault.Params["by"] != "1h" {
		t.Errorf("the armed fault changed to %+v", armed[0])
	}
	minus := -1
	_, err := mock.Arm(mockserver.Rule{Match: mockserver.Match{Provider: "acme"}, Times: &minus})
	p, ok := mockproblem.As(err)
	if !ok || len(p.Fields) != 3 || p.Fields[0].Location != "match.provider" || p.Fields[1].Location != "fault" || p.Fields[2].Location != "times" {
		t.Errorf("of a bad rule: %v", err)
	}
}
