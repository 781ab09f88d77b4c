package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/uqudo"
)

func TestATokenIsTakenApartAndJudged(t *testing.T) {
	p, _ := openResult(t, "?tab=signature", nil)
	tab := p.in(".panel")
	tab.see("Authentic: the signature holds", "The token in jwsResult", `"alg": "RS256"`, "issued now", "expires in 2 h")
	p.until(`document.querySelectorAll(".token .part").length === 3`)
	p.mock.Advance(10 * time.Minute)
	tab.see("issued 10 min ago", "expires in 1 h 50 min")
	p.screenshot("delivery-signature-1280")
	p.accessible()
	p.scheme("dark")
	p.accessible()
	p.mock.Rotate(mockserver.Rotation{Retire: new(time.Duration)})
	tab.see("Not authentic", "is not in the key set")
	p.click("Send it tampered")
	p.see("The tampered one is on its way", "401")
	tab.see("Not authentic")
	p.in(".detail").see("Redelivery of", "tampered")
}

func TestASignatureOverTheBodyIsJudged(t *testing.T) {
	p, _ := openEvent(t, "?tab=signature", nil)
	tab := p.in(".panel")
	tab.see("Authentic: the signature holds", "X-UIP-Signature", "Given", "Expected", "They are equal.", "The signed bytes", `{"event":"identify"`)
	p.accessible()
	p.mock.UIP().RotateSecret()
	tab.see("Not authentic", "They differ")
	p.mock.UIP().SaveWebhook("http://127.0.0.1:1/")
	p.click("Send it tampered")
	tab.see("Not authentic", "They differ")
}

func TestTwoAttemptsAreCompared(t *testing.T) {
	p, _ := openEvent(t, "?tab=difference", []int{503, 200}, fault.Fault{Name: fault.Tampered, On: []int{1}})
	tab := p.in(".panel")
	tab.see("− attempt 1 + attempt 2", "Request headers They are the same.", "HTTP 503", "HTTP 200")
	p.until(`document.querySelectorAll(".diff del").length > 0 && document.querySelectorAll(".diff ins").length > 0`)
	p.screenshot("delivery-difference-1280")
	p.accessible()

	p, _ = openResult(t, "?tab=difference", []int{503, 500, 200})
	p.mock.Uqudo().Configure(func(a *uqudo.Account) { a.Resign = true })
	p.in(".panel").see("There is one attempt only")
	p.mock.Advance(10 * time.Minute)
	tab = p.in(".panel")
	tab.see("− attempt 2 + attempt 3", "What the tokens say", `"iat":`)
	p.choose("Attempt 3 compared with", "attempt 1: 503")
	tab.see("− attempt 1 + attempt 3")
	if got := p.route(); !strings.Contains(got, "against=1") {
		t.Errorf("the route is %s", got)
	}
}

func TestACommandSendsTheSameBytesOnceMore(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Fatalf("the command wants curl, which `make deps` installs: %v", err)
	}
	for _, faults := range [][]fault.Fault{nil, {{Name: fault.InvalidUTF8}}, {{Name: fault.Large, Params: map[string]any{"bytes": "200KiB"}}}} {
		t.Run(fmt.Sprint(faults), func(t *testing.T) {
			var bodies []string
			receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				bodies = append(bodies, r.Header.Get("Content-Type")+" "+string(body))
			}))
			defer receiver.Close()
			p := open(t, mockserver.Config{}, "/deliveries")
			p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
			d := p.mock.Uqudo().Enroll(uqudo.SessionData{}, faults...).Delivery()
			p.visit("/deliveries/" + d.ID + "?tab=curl")
			p.click("Copy cURL")
			p.see("Copied.")
			command := exec.CommandContext(t.Context(), "sh")
			command.Stdin = strings.NewReader(strings.Replace(p.clipboard(), "curl -X", curl+" -sS -X", 1))
			if out, err := command.CombinedOutput(); err != nil {
				t.Fatalf("running it: %v\n%s", err, out)
			}
			if len(bodies) != 2 || bodies[0] != bodies[1] {
				t.Errorf("%d requests came, the second of %d bytes after one of %d", len(bodies), len(bodies[len(bodies)-1]), len(bodies[0]))
			}
		})
	}
}

func TestACommandAsksForTheVeryURL(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Fatalf("the command wants curl, which `make deps` installs: %v", err)
	}
	for _, path := range []string{"/hook", "/a[1-3]/hook?only[]={x,y}", "/hook?only={a}", "/up/./../%2e%2e/hook", "/up/.."} {
		t.Run(path, func(t *testing.T) {
			var asked []string
			receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked = append(asked, r.RequestURI) }))
			defer receiver.Close()
			p := open(t, mockserver.Config{}, "/deliveries")
			p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL + path})
			d := p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
			p.visit("/deliveries/" + d.ID + "?tab=curl")
			p.click("Copy cURL")
			p.see("Copied.")
			command := exec.CommandContext(t.Context(), "sh")
			command.Stdin = strings.NewReader(strings.Replace(p.clipboard(), "curl ", curl+" -sS --noproxy '*' ", 1))
			if out, err := command.CombinedOutput(); err != nil {
				t.Fatalf("running it: %v\n%s", err, out)
			}
			if want := []string{path, path}; !slices.Equal(asked, want) {
				t.Errorf("asked for was %q, want %q", asked, want)
			}
		})
	}
}

func TestAReceiverThatHangsUpIsSaidToHaveDoneSo(t *testing.T) {
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer receiver.Close()
	p := open(t, mockserver.Config{}, "/deliveries")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
	d := p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
	p.visit("/deliveries/" + d.ID + "?tab=response")
	p.in(".panel").see("the receiver closed the connection without an answer")
	p.gone("EOF")
}

func TestTheOpenTabStaysInSightOfANarrowedWindow(t *testing.T) {
	p, _ := openResult(t, "?tab=curl", []int{503})
	p.see("curl -X POST")
	p.resize(360, 740)
	p.until(`((tab, list) => innerWidth === 360 && tab.right < list.right + 1 && tab.left > list.left - 1)(...["[aria-selected=true]", ".tab-list"].map((one) =>
		document.querySelector(one).getBoundingClientRect()))`)
	p.see("curl -X POST")
}

func TestSecretsStayHiddenAndAreMissed(t *testing.T) {
	p := open(t, mockserver.Config{}, "/deliveries")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{
		URL: p.mock.URL + "/_mock/receiver/default", SecurityType: uqudo.SecurityBasic, UserID: "someone", Password: "a secret of the test",
	})
	d := p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
	p.visit("/deliveries/" + d.ID + "?tab=curl")
	p.see("-H 'Authorization: ***'", "Secrets show as ***. Put your own in: Authorization.")
	p.click("Request")
	p.see("Authorization: ***", "Secrets show as ***: Authorization.")
}

func TestWhatOthersSendIsShownAsText(t *testing.T) {
	deep := strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000)
	answers := []string{"<script>document.title = 'taken over'</script><b>bold</b>", "caf\xe9", deep, "{\"n\": 12345678901234567890, \"n\": 1e2}"}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Odd", "<i>odd</i>")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, answers[0])
		answers = append(answers[1:], answers[0])
	}))
	defer receiver.Close()
	p := open(t, mockserver.Config{}, "/deliveries")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
	d := p.mock.Uqudo().Enroll(uqudo.SessionData{}, fault.Fault{Name: fault.InvalidUTF8}).Delivery()
	p.visit("/deliveries/" + d.ID + "?tab=response")
	tab := p.in(".panel")
	tab.see("<script>document.title = 'taken over'</script><b>bold</b>", "X-Odd: <i>odd</i>")
	p.mock.AdvanceToNext()
	tab.see("caf\ufffd", "It is not UTF-8")
	p.click("Request")
	tab.see("It is not UTF-8")
	p.click("Difference")
	tab.see("Response body", "− attempt 1 + attempt 2", "taken over")
	p.click("Response")
	p.mock.AdvanceToNext()
	p.see("Attempt 3 500")
	tab.see("[ [ [ [", "58.6 KiB")
	p.mock.AdvanceToNext()
	tab.see(`"n": 12345678901234567890, "n": 1e2`)
	p.click("Raw")
	tab.see(`{"n": 12345678901234567890, "n": 1e2}`)
}

func TestOfManyAttemptsTheLastOnesAreMarked(t *testing.T) {
	p := open(t, mockserver.Config{}, "/deliveries")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 503)})
	p.mock.Uqudo().Configure(func(a *uqudo.Account) { a.Delivery.Interval = clock.Duration(time.Minute) })
	d := p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
	p.mock.Advance(2 * time.Hour)
	attempts := len(p.mock.Delivery(d.ID).Record().Attempts)
	p.in(".row .marks").see(fmt.Sprint("+", attempts-30))
	p.until(`document.querySelectorAll(".row .mark").length === 30`)
	p.until(`[...document.querySelectorAll(".row .mark")].every((mark) => mark.getBoundingClientRect().right <= mark.closest(".attempts-cell").getBoundingClientRect().right + .5)`)
}

func TestATextOfQuotesThatNeverEndsIsShownAtOnce(t *testing.T) {
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, `"`+strings.Repeat(`\"`, 32_000)+"the end")
	}))
	defer receiver.Close()
	p := open(t, mockserver.Config{}, "/deliveries")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
	d := p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
	p.visit("/deliveries/" + d.ID + "?tab=response")
	p.until(`document.querySelector(".panel")?.textContent.includes("the end")`)
	for _, long := range p.longTasks() {
		if long > 3*time.Second { // it was four times that
			t.Errorf("the page did not answer for %s", long)
		}
	}
}

func TestALargeBodyIsDrawnInPart(t *testing.T) {
	p, _ := openResult(t, "?tab=request", []int{503}, fault.Fault{Name: fault.Large, Params: map[string]any{"bytes": "512KiB"}})
	p.mock.Advance(5 * time.Minute)
	p.see("Attempt 2 200")
	p.in(".panel").see("KiB", "Show all")
	for tab, want := range map[string]string{"Request": "Body", "Signature": "Authentic: the signature holds", "Difference": "The same bytes", "cURL": "printf %s"} {
		p.click(tab)
		p.in(".panel").see(want)
		var drawn int
		p.eval(`document.querySelector(".panel").textContent.length`, &drawn)
		if drawn > 250_000 {
			t.Errorf("%s draws %d characters at once", tab, drawn)
		}
	}
}
