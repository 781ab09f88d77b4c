package web_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

// saying is the address of a receiver that refuses everything with these
// bodies, one after another, in a header too.
func saying(t *testing.T, bodies ...string) string {
	t.Helper()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Said", strings.SplitN(bodies[0], "\n", 2)[0])
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, bodies[0])
		bodies = append(bodies[1:], bodies[0])
	}))
	t.Cleanup(receiver.Close)
	return receiver.URL
}

// revealed waits until each of these escapes is to be read within a selector.
func (p *page) revealed(selector string, want ...string) {
	p.t.Helper()
	for _, escape := range want {
		p.until(fmt.Sprintf(`[...document.querySelectorAll("%s .unseen")].some((one) => getComputedStyle(one, "::before").content === JSON.stringify(%q) && one.getBoundingClientRect().width > 20)`, selector, escape))
	}
}

// readsOn waits until each of these words is drawn from the left to the right.
func (p *page) readsOn(words ...string) {
	p.t.Helper()
	for _, word := range words {
		p.until(fmt.Sprintf(`((word) => {
			const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
			while (texts.nextNode()) {
				const at = texts.currentNode.data.indexOf(word);
				if (at >= 0) {
					const leftOf = (i) => {
						const range = document.createRange();
						range.setStart(texts.currentNode, i);
						range.setEnd(texts.currentNode, i + 1);
						return range.getBoundingClientRect().left;
					};
					return leftOf(at) < leftOf(at + word.length - 1);
				}
			}
			return false;
		})(%q)`, word))
	}
}

func TestWhatNobodySeesInAnAnswerShowsAsItsEscape(t *testing.T) {
	const (
		emoji = "\U0001f3f3\ufe0f\u200d\U0001f308" // one picture of four characters
		odd   = "{\"a\": \"\u202ebehind\", \"b\": \"\u2066\u200b\U000e0001 " + emoji + "\",\r\n\"c\": \"علي\", \"ع\": 1}"
		plain = "{\"a\": \"behind\"}\u061c"
	)
	p := open(t, mockserver.Config{}, "/deliveries")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: saying(t, odd, plain)})
	d := p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
	p.visit("/deliveries/" + d.ID + "?tab=response")
	tab := p.in(".panel")
	tab.see("X-Said", "Body, ")
	for _, way := range []string{"Pretty", "Raw"} {
		p.click(way)
		p.until(fmt.Sprintf(`document.querySelector("[aria-pressed=true]").textContent === %q`, way))
		p.revealed(".panel", `\u202e`, `\u2066\u200b\udb40\udc01`)
		p.readsOn("behind", "X-Said")
		p.until(`document.querySelectorAll(".panel .unseen").length === 4`) // in a header and in the body; an emoji has none
		var selected string
		p.eval(`(getSelection().selectAllChildren(document.querySelector(".panel figure:last-of-type code")), String(getSelection()))`, &selected)
		if !strings.Contains(selected, "\u202ebehind") || strings.Contains(selected, `\u202e`) {
			t.Errorf("%s: selected is %q", way, selected)
		}
	}
	p.click("Copy Body, 77 bytes")
	p.see("Copied.")
	if got := p.clipboard(); got != odd {
		t.Errorf("copied is %q, want %q", got, odd)
	}
	p.screenshot("delivery-unseen-1280")
	p.accessible()
	p.click("Pretty")
	p.until(`((texts) => texts[1].left > texts[0].right && texts[1].top === texts[0].top)(["name", "text"].map((kind) =>
		[...document.querySelectorAll(".panel .code ." + kind)].find((one) => one.textContent.includes(kind === "name" ? '"c"' : "علي")).getBoundingClientRect()))`)

	p.mock.Advance(5 * time.Minute)
	p.see("Attempt 2 500")
	p.revealed(".panel", `\u061c`)
	p.click("Difference")
	p.revealed(".diff del", `\u202e`)
	p.revealed(".diff ins", `\u061c`)
	p.readsOn("behind")
	p.scheme("dark")
	p.accessible()
}

func TestAClaimCannotTurnThePagesWordsAround(t *testing.T) {
	p := open(t, mockserver.Config{}, "/deliveries")
	sampleReceiver(p.mock)
	d := p.mock.Trigger(provider.Trigger{Provider: "uqudo", Event: "enrollment",
		Patch: json.RawMessage(`[{"op": "replace", "path": "/iss", "value": "https://evil.example/` + "\u202e" + `"}, {"op": "replace", "path": "/iat", "value": "` + "\u202e" + `then` + strings.Repeat("\u200b", 70) + `"}]`)}).Delivery()
	p.visit("/deliveries/" + d.ID + "?tab=signature")
	p.in(".verdict").see(`iss is "https://evil.example/\u202e", want "https://id.uqudo.io"`, `iat is "\u202ethen\u200b`)
	p.readsOn("want ", "iss-wrong", "then", "is no number of seconds")
	p.revealed(".token.claims .code", `\u202e`)
	p.revealed(".token.claims .times", `\u202e`)
	p.resize(360, 740)
	p.until(`innerWidth === 360 && Math.max(...[...document.querySelectorAll("html, main, .detail, .token pre, .times")].map((one) => one.scrollWidth)) <= 360`)
	p.screenshot("delivery-unseen-360")
	p.accessible()
}

func TestABodyFullOfUnseenCharactersIsDrawnAtOnce(t *testing.T) {
	p := open(t, mockserver.Config{}, "/deliveries")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: saying(t, "\n"+strings.Repeat("\u202ea", 16_000)+"the end", "\n"+strings.Repeat("\u202eb\n", 10_000))})
	d := p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
	p.visit("/deliveries/" + d.ID + "?tab=response")
	p.until(`document.querySelector(".panel")?.textContent.includes("\\u202ea\\u202eathe end")`)
	p.mock.Advance(5 * time.Minute)
	p.see("Attempt 2 500")
	p.click("Difference")
	p.until(`document.querySelector(".panel")?.textContent.includes("\\u202eb")`)
	var elements int
	if p.eval(`document.querySelectorAll(".unseen").length`, &elements); elements > 0 {
		t.Errorf("%d elements are drawn", elements)
	}
}
