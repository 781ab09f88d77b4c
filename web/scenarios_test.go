package web_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/uqudo"
	"kycmock/scenarios"
)

// waiting is a scenario that waits, in real time, for a retry that nobody is
// making while the clock stands.
const waiting = `name: waiting
why: Somebody has to move the clock.
provider: uqudo
steps:
  - trigger: {as: result, event: enrollment, faults: [{name: reset-mid-body, on: first}]}
  - wait: {delivery: result, status: delivered, timeout: 2m}
  - judge: {that: the retry is taken, delivery: result, attempt: 2, status: 2xx}
`

// upload has the mock know a scenario.
func (p *page) upload(name, text string) {
	p.t.Helper()
	if _, err := p.mock.Scenarios().Put(name, []byte(text)); err != nil {
		p.t.Fatalf("uploading %s: %v", name, err)
	}
}

// builtIn is the heading of the scenarios that every mock has.
func (p *page) builtIn() string { return fmt.Sprint("Built in ", len(p.mock.Scenarios().List())) }

// lastRun is the newest run that the mock knows.
func (p *page) lastRun() scenarios.Result {
	p.t.Helper()
	runs := p.mock.Runs()
	if len(runs) == 0 {
		p.t.Fatal("nothing was run")
	}
	return runs[len(runs)-1]
}

// wantSteps compares the statuses of the steps that are shown.
func (p *page) wantSteps(want ...string) {
	p.t.Helper()
	list, _ := json.Marshal(want)
	p.until(fmt.Sprintf(`JSON.stringify([...document.querySelectorAll(".step")].map((step) => step.querySelector(".line-of .status").innerText)) === %q`, list))
}

func TestAScenarioIsFoundRunAndWatchedUntilItPasses(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	p.see(p.builtIn(), "not run")
	p.fill("Filter", "answer got lost")
	p.choose("Vendor", "Uqudo")
	p.see("Built in 1", "This is how real duplicates are born.", "Uqudo, 5 steps")
	p.gone("uip-lost-acknowledgement")
	p.choose("Run against", "the built-in receiver")
	if got, want := p.route(), "/scenarios?q=answer+got+lost&provider=uqudo&at=built-in"; got != want {
		t.Errorf("the route is %s, want %s", got, want)
	}
	p.click("Run lost-acknowledgement")
	p.see("Run of lost-acknowledgement", "passed Everything held.", "made 1 attempt: 200", "/_mock/receiver/default")
	p.wantSteps("passed", "passed", "passed", "passed", "passed")
	run := p.lastRun()
	if got := p.route(); got != "/runs/"+run.ID {
		t.Errorf("the route is %s", got)
	}
	p.see(fmt.Sprint("Seed ", run.Seed), run.Command, "line 8")
	p.in(".step:first-child .behind").see("delivered")
	p.until(`document.querySelector(".behind .marks").ariaLabel === "2 attempts: reset, 200"`)
	p.in(".step:nth-child(3)").click("enrollment")
	p.until(fmt.Sprintf(`location.hash === "#/deliveries/%s"`, run.Steps[0].Deliveries[0]))
	p.back()
	p.click("All deliveries of this run")
	p.until(`location.hash === "#/deliveries?q=` + run.ID + `"`)
	p.visit("/scenarios?q=lost")
	p.see("uip-lost-acknowledgement")
	p.click("Last run: passed")
	p.until(`location.hash === "#/runs/` + run.ID + `"`)
}

func TestAFailedRunSaysWhatToMendAndRunsAgain(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios/uqudo-tampered")
	p.see("One byte of a result was changed on its way.", "Not run yet.")
	p.choose("Receiver", "another address")
	p.fill("URL", receiving(t, 200))
	p.fill("Seed", "9007199254740993") // which JavaScript cannot count
	p.click("Run")
	p.see("failed It ran to the end, with 1 finding about the receiver.", "Seed 9007199254740993", "wanted 4xx")
	first := p.lastRun()
	for _, found := range first.Findings() {
		p.see(found.Finding, strings.Join(strings.Fields(found.Otherwise), " "))
	}
	if got, want := p.text(".step.failed .finding"), first.Findings()[0].Finding; got != want {
		t.Errorf("in the step that failed stands %q, want %q", got, want)
	}

	p.click("Run again")
	p.until(`location.hash !== "#/runs/` + first.ID + `"`)
	p.see("failed", "Seed 9007199254740993")
	again := p.lastRun()
	if again.ID == first.ID || again.Seed != first.Seed || again.Vars["url"] != first.Vars["url"] {
		t.Errorf("ran again with %+v, want seed and url of %+v", again, first)
	}
	p.click("Change and run")
	p.see("uqudo-tampered", "9007199254740993", fmt.Sprint(first.Vars["url"]), "another address")
	p.choose("Receiver", "the built-in receiver")
	p.click("Run")
	p.see("passed Everything held.")

	var file string
	p.eval(`document.querySelector("a[download]").href`, &file)
	if text := fetched(t, file); !strings.Contains(text, "<testsuite") || !strings.Contains(text, "uqudo-tampered") {
		t.Errorf("the JUnit report is %.200s", text)
	}
}

func TestARunSaysWhereItsStepsAreWritten(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios/lost-acknowledgement?at=built-in")
	p.click("Run")
	p.see("passed Everything held.")
	p.click("line 12")
	p.until(`document.querySelector(".meant")?.innerText.includes("judge:")`)
	if got := p.route(); got != "/scenarios/lost-acknowledgement?line=12" {
		t.Errorf("the route is %s", got)
	}
}

func TestVariablesAreSetAndWhatIsWrongStandsBesideThem(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios/counting")
	p.expect("404")
	p.see("No scenario is called counting")
	p.upload("counting", `name: counting
why: Several come.
provider: uqudo
vars:
  results: {default: 3, summary: how many results come}
  must: {summary: what has to be said}
steps:
  - trigger: {as: each, event: lookup, repeat: $results}
  - expect: {delivery: each, count: $results}
`)
	p.expect("422")
	p.reload()
	p.see("How many results come. Default: 3.", "What has to be said. Required.")
	p.choose("Receiver", "another address")
	p.fill("URL", "nowhere")
	p.fill("results", "many")
	p.fill("Seed", "-1")
	p.click("Run")
	p.until(`document.querySelectorAll(".run-form ul.wrong").length > 0`)
	p.in(".run-form").bad(map[string]string{"URL": "want an absolute http or https URL", "Account": ""})
	p.fill("URL", receiving(t, 200))
	p.fill("Seed", "")
	p.click("Run")
	p.until(`document.querySelectorAll(".run-form ul.wrong").length === 2`)
	p.in(".run-form").bad(map[string]string{"results": "want a whole number, as the default 3 is", "must": "is required", "URL": ""})
	p.fill("results", "2")
	p.fill("must", "it's said")
	p.click("Run")
	p.see("passed Everything held.", "2 sessions, 2 deliveries")
	if got := p.lastRun(); fmt.Sprintf("%v, %v", got.Vars["results"], got.Vars["must"]) != "2, it's said" {
		t.Errorf("the variables were %v", got.Vars)
	}
	p.click("Change and run")
	p.until(`[...document.querySelectorAll(".run-form input")].some((field) => field.value === "it's said")`)

	p.visit("/scenarios")
	p.see("Yours 1")
	p.click("Run counting: set its variables")
	p.see("Required.")
}

func TestARunIsWatchedAsItGoes(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	p.upload("waiting", waiting)
	p.visit("/scenarios/waiting?at=built-in")
	p.click("Run")
	p.see("running Step 2 of 3.")
	p.wantSteps("passed", "running")
	p.see("enrollment pending")
	p.mock.AdvanceToNext()
	p.see("passed Everything held.", "enrollment delivered")
	p.wantSteps("passed", "passed", "passed")
	p.gone("Cancel")
}

// The page looks at a run more often than this mock answers.
func TestARunIsWatchedThroughASlowConnection(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{})
	target, err := url.Parse(mock.URL)
	if err != nil {
		t.Fatal(err)
	}
	through := httputil.NewSingleHostReverseProxy(target)
	through.FlushInterval, through.ErrorLog = -1, log.New(io.Discard, "", 0)
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/_mock/v1/runs/") {
			_ = clock.Wait(r.Context(), time.Second)
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(slow.Close)
	p := openAt(t, slow.URL, "/scenarios/uqudo-enrollment?at=built-in")
	p.click("Run")
	p.see("passed Everything held.")
}

func TestAStepTellsItsOwnDeliveriesFromThoseOfOthers(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios/uqudo-down-once")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 503)})
	p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
	p.choose("Receiver", "the built-in receiver")
	p.click("Run")
	p.see("passed Everything held.", "1 delivery from outside this run")
	p.until(`!document.querySelector(".others li").checkVisibility() && document.querySelectorAll(".step:has(.others) > .behind li").length === 1`)
	p.click("1 delivery from outside this run")
	p.until(`document.querySelector(".others li").checkVisibility()`)
}

func TestARunIsCancelled(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	p.upload("waiting", waiting)
	p.visit("/scenarios?at=built-in")
	p.click("Run waiting")
	p.see("running Step 2 of 3.")
	p.click("Cancel")
	p.see("cancelled Somebody stopped it.", "enrollment cancelled")
	p.wantSteps("passed", "skipped", "skipped")
	if status := p.lastRun().Status; status != scenarios.Cancelled {
		t.Errorf("the run is %s", status)
	}
}

func TestARunWithoutAWebhookOffersTheBuiltInReceiver(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	p.click("Run uqudo-enrollment")
	p.see("error There was no receiver to send to.", "no webhook is set: give the run a url, or save one")
	p.click("Run against the built-in receiver")
	p.see("passed Everything held.")
}

func TestARunAgainstTheWebhookThatIsSetLeavesItAsItIs(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios/uqudo-enrollment")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 200), SecurityType: uqudo.SecurityBasic, UserID: "u", Password: "p"})
	p.click("Run")
	p.see("passed Everything held.")
	first := p.lastRun().ID
	p.click("Run again")
	p.until(`location.hash !== "#/runs/` + first + `"`)
	p.see("passed Everything held.")
	if hook := fetched(t, p.base+"/_mock/v1/uqudo/accounts/default/global-webhook"); !strings.Contains(hook, "BASIC_AUTHENTICATION") {
		t.Errorf("the webhook became %s", hook)
	}
}

func TestAClockThatRunsIsSaidBesideTheRunAndPaused(t *testing.T) {
	c := clock.New(noon, 60)
	t.Cleanup(c.Close)
	p := open(t, mockserver.Config{Clock: c}, "/scenarios/uqudo-enrollment")
	p.see("The clock runs at 60×, so no two runs are quite the same.")
	p.in(".pace").click("Pause the clock")
	p.gone("The clock runs")
	if rate := p.mock.Clock.Rate(); rate != 0 {
		t.Errorf("the clock's rate is %v", rate)
	}
}

func TestAddressesLeadToScenariosAndRuns(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios/~new")
	p.see("New scenario", "name: my-story", "No problems: it can be run.", "Save as my-story")
	p.visit("/scenarios/uqudo-tampered/edit")
	p.see("Start from uqudo-tampered", "name: my-uqudo-tampered", "Save as my-uqudo-tampered")
	p.visit("/scenarios/uqudo-duplicate?at=built-in&var.x=1")
	p.see("uqudo-duplicate", "the built-in receiver")
	p.expect("404")
	p.visit("/runs/run_nobody")
	p.see("No run is called run_nobody", "The mock forgets runs")
	p.visit("/scenarios/nothing/edit")
	p.see("No scenario is called nothing")
	p.click("See all scenarios")
	p.see(p.builtIn())
	p.fill("Filter", "no such words")
	p.click("Show all")
	p.see(p.builtIn())
}

func TestScenariosLookWellAtEverySize(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios?at=built-in")
	p.upload("waiting", waiting)
	p.visit("/scenarios?q=signature&at=built-in")
	p.see("Built in")
	p.looks("scenarios")
	p.visit("/scenarios/uqudo-slow-receiver")
	p.see("Run it", "In YAML")
	p.looks("scenario")
}

func TestARunLooksWellAtEverySize(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios/uqudo-wrong-credentials?at=built-in")
	p.mock.Clock.SetRate(1)
	p.see("The clock runs")
	p.click("Run")
	p.see("2 findings about the receiver", "The clock runs")
	p.looks("run")
}
