package mockserver_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/scenarios"
)

// hanging is a receiver that answers nobody, and tells of each that comes.
func hanging(t *testing.T) (url string, came <-chan struct{}) {
	t.Helper()
	began := make(chan struct{}, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or net/http would not notice a hang-up
		began <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	return server.URL, began
}

// What a run leaves pending would come at the receiver for two hours more.
func TestAtItsEndARunCallsOffWhatIsPending(t *testing.T) {
	for name, rate := range map[string]float64{"while the clock stands": 0, "in real time": 1, "while the clock runs": 600} {
		t.Run(name, func(t *testing.T) {
			mock := mockserver.Test(t, at(rate)).Server
			a := apiOf(t, mock)
			busy := newHook(t, slices.Repeat([]int{503}, 50)...) // however many retries of the other come first
			a.listen(busy.URL)
			other := a.enroll()[0]
			a.call("GET", "/_mock/v1/deliveries/"+other+"/wait?attempts=1", "").want(200)
			a.upload("one-face", "", oneFace).want(201)
			run := a.ended(a.begin("one-face", "").ID)
			if run.Status != "failed" || len(run.Steps[0].Deliveries) != 1 {
				t.Fatalf("it ended as %+v", run)
			}
			r, err := mock.Delivery(run.Steps[0].Deliveries[0])
			if err != nil || r.Run == nil || *r.Run != run.ID {
				t.Fatalf("its delivery is %+v, %v", r, err)
			}
			if rate < 100 && (r.Status != delivery.Cancelled || r.CancelReason != "the scenario ended") { // otherwise a retry can be quicker
				t.Errorf("its delivery is %s, %q", r.Status, r.CancelReason)
			}
			if r, err := mock.Delivery(other); err != nil || r.Status == delivery.Cancelled {
				t.Errorf("a delivery that is not the run's is %s, %v", r.Status, err)
			}
		})
	}
}

func TestARunIsCancelledAlsoWhenItsReceiverHangs(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	a := apiOf(t, mock)
	a.upload("one-face", "", oneFace).want(201)
	url, came := hanging(t)
	id := a.begin("one-face", `{"vars": {"url": "`+url+`"}}`).ID
	<-came
	var run runBody
	a.call("GET", "/_mock/v1/runs/"+id, "").want(200).into(&run)
	if run.Status != "running" {
		t.Errorf("it is %s already", run.Status)
	}
	a.call("GET", "/_mock/v1/runs/"+id+"?wait=1ms", "").want(200).into(&run)
	if run.Status != "running" {
		t.Errorf("after a short wait it is %s", run.Status)
	}
	a.call("POST", "/_mock/v1/runs/"+id+"/cancel", "").want(200).into(&run)
	if run.Status != "cancelled" {
		t.Errorf("it ended as %+v", run)
	}
	if pending, _ := mock.Deliveries(delivery.Filter{Status: delivery.Pending}); len(pending) > 0 {
		t.Errorf("%d deliveries are left", len(pending))
	}
}

func TestTwoRunsAtOnceBothEndWell(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	one, other := newHook(t), newHook(t)
	ids := []string{
		a.begin("uqudo-down-for-half-an-hour", `{"account": "one", "vars": {"url": "`+one.URL+`"}}`).ID,
		a.begin("uip-down-once", `{"account": "other", "vars": {"url": "`+other.URL+`"}}`).ID,
	}
	for _, id := range ids {
		if run := a.ended(id); run.Status != "passed" && run.Status != "failed" {
			t.Errorf("it ended as %+v", run)
		}
	}
}

func TestAResetEndsTheRunsAndForgetsThem(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	a := apiOf(t, mock)
	a.upload("one-face", "", oneFace).want(201)
	url, came := hanging(t)
	id := a.begin("one-face", `{"vars": {"url": "`+url+`"}}`).ID
	<-came
	run, err := mock.Run(id)
	if err != nil {
		t.Fatal(err)
	}
	var out struct{ Cleared map[string]int }
	a.call("POST", "/_mock/v1/reset", "").want(200).into(&out)
	if out.Cleared["run"] != 1 {
		t.Errorf("cleared was %v", out.Cleared)
	}
	select {
	case <-run.Done():
	default:
		t.Error("it goes on after the reset")
	}
	a.call("GET", "/_mock/v1/runs/"+id, "").problem(404)
	if left, _ := mock.Deliveries(delivery.Filter{}); len(left) > 0 {
		t.Errorf("%d deliveries are left", len(left))
	}
	a.call("GET", scenariosPath+"/one-face", "").want(200) // what was uploaded stays
	entries := a.journal("limit=1000").Entries
	if told := entries[len(entries)-1]; told.Kind != "reset" || !strings.Contains(string(told.Data), `"run","step"`) {
		t.Errorf("the journal ends with %s %s", told.Kind, told.Data)
	}
}

func TestCloseEndsARunThatIsGoingOn(t *testing.T) {
	url, came := hanging(t)
	before := len(ours())
	mock, err := mockserver.Start(at(0))
	if err != nil {
		t.Fatal(err)
	}
	a := apiOf(t, mock)
	id := a.begin("uqudo-face", `{"vars": {"url": "`+url+`"}}`).ID
	<-came
	waiting, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, mock.URL+"/_mock/v1/runs/"+id+"?wait=10m", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		if answer, err := http.DefaultClient.Do(waiting); err == nil { // or it was cut off
			_ = answer.Body.Close()
		}
	}()
	run, err := mock.Run(id)
	if err != nil {
		t.Fatal(err)
	}
	if err := mock.Close(); err != nil {
		t.Error(err)
	}
	<-answered
	if status := run.Result().Status; status != scenarios.Cancelled {
		t.Errorf("it is %s", status)
	}
	mock.Clock.Close()
	if !come(t, func() bool { return len(ours()) <= before }) {
		t.Errorf("after Close are left:\n%s", strings.Join(ours(), "\n\n"))
	}
}

func TestGoCanRunScenariosByName(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	if _, err := mock.StartRun("nobody", scenarios.Options{}); err == nil || !strings.Contains(err.Error(), `"nobody"`) {
		t.Errorf("it says %v", err)
	}
	if _, err := mock.StartRun("uqudo-face", scenarios.Options{Vars: map[string]string{"x": "y"}}); err == nil {
		t.Error("a variable that nobody has is taken")
	}
	run, err := mock.StartRun("uqudo-face", scenarios.Options{URL: mock.URL + "/_mock/receiver/default"})
	if err != nil {
		t.Fatal(err)
	}
	<-run.Done()
	if r := run.Result(); r.Status != scenarios.Passed || len(mock.Runs()) != 1 {
		t.Errorf("it ended as %+v", r)
	}
}
