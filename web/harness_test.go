package web_test

import (
	"bytes"
	"fmt"
	"html"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
)

// serve shows a page with this body and this script, as strict as the mock's.
func serve(t *testing.T, body, script string) *page {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src *; img-src 'self'")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><title>%s</title><link rel="icon" href="/icon.png">
			<main><h1>Harness</h1>%s</main><script type="module" src="script.js"></script>`, html.EscapeString(t.Name()), body)
	})
	mux.HandleFunc("GET /script.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, script)
	})
	mux.HandleFunc("GET /icon.png", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /cut", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return openAt(t, server.URL, "")
}

func TestThePageOfATestCannotComplainUnheard(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"an error on the console", `console.error("oh", 42)`, "console.error: \"oh\" 42"},
		{"a warning on the console", `console.warn("hm")`, "console.warning: \"hm\""},
		{"an exception that nobody catches", `throw new Error("thrown")`, "Error: thrown"},
		{"a promise that is rejected", `Promise.reject(new Error("rejected"))`, "Error: rejected"},
		{"a request that is refused", `fetch("/missing")`, "404"},
		{"a request that fails", `fetch("/cut").catch(() => {})`, "request failed: net::ERR_EMPTY_RESPONSE"},
		{"a request to another origin", `fetch("http://127.0.0.1:1/").catch(() => {})`, "request to another origin: http://127.0.0.1:1/"},
		{"a request beyond this machine", `fetch("https://example.test/").catch(() => {})`, "request to another origin: https://example.test/"},
		{"an image that the policy stops", `new Image().src = "http://127.0.0.1:1/i.png"`, "Content Security Policy"},
		{"a script that the policy stops", `document.body.append(Object.assign(document.createElement("script"), { text: "1" }))`, "Content Security Policy"},
		{"code from text", `try { eval("1") } catch {}`, "Content Security Policy"},
		{"a style that the policy stops", `document.body.setAttribute("style", "color: red")`, "Content Security Policy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := serve(t, "", test.script)
			p.until("document.readyState === 'complete'")
			found := p.problems()
			if !slices.ContainsFunc(found, func(problem string) bool { return strings.Contains(problem, test.want) }) {
				t.Errorf("heard %q, want %q", found, test.want)
			}
			p.expect(found...)
		})
	}
}

func TestAPageThatDoesNotComplainHasNoProblems(t *testing.T) {
	p := serve(t, "", `console.log("fine"); await fetch("/icon.png"); const stop = new AbortController();
		fetch("/icon.png", { signal: stop.signal }).catch(() => {}); stop.abort(); document.querySelector("h1").textContent = "Done"`)
	p.see("Done")
	if found := p.problems(); len(found) > 0 {
		t.Errorf("heard %q", found)
	}
}

func TestWhatIsExpectedInVainIsAProblem(t *testing.T) {
	p := serve(t, "", `console.error("rain")`)
	p.pardon("rain", "snow")
	p.expect("thunder")
	if got := p.problems(); len(got) != 1 || got[0] != `expected in vain: "thunder"` {
		t.Errorf("problems are %q", got)
	}
	p.heard.expected = nil
}

func TestAxeFindsWhatIsNotAccessible(t *testing.T) {
	if got := serve(t, `<p>Words</p>`, "").violations(); len(got) > 0 {
		t.Errorf("a page of words has %q", got)
	}
	got := strings.Join(serve(t, `<button></button> <img src="/icon.png"> <input>`, "").violations(), "\n")
	for _, rule := range []string{"button-name", "image-alt", "label"} {
		if !strings.Contains(got, rule+" (") {
			t.Errorf("%s is not among %s", rule, got)
		}
	}
}

func TestLongTasksAreMeasuredFromTheStart(t *testing.T) {
	const work = `const end = performance.now() + 150; while (performance.now() < end);`
	p := serve(t, `<button>Work</button>`, work+` document.querySelector("button").onclick = () => {`+work+`}`)
	if got := p.longTasks(); len(got) != 1 {
		t.Errorf("the script's tasks are %s, want one", got)
	}
	p.click("Work")
	if got := p.longTasks(); len(got) != 1 {
		t.Errorf("the click's tasks are %s, want one", got)
	}
	if got := p.longTasks(); len(got) != 0 {
		t.Errorf("the tasks of nothing are %s", got)
	}
}

const form = `<form><label>Name <input id="name" value="old"></label>
	<label for="kind">Kind</label><select id="kind"><option>one</option><option>two</option></select>
	<label><input type="checkbox" id="box"> Twice</label>
	<textarea aria-label="Note">
	</textarea>
	<button type="button" id="send">Send <b>now</b></button> <button type="button" disabled>Stop</button>
	<button type="button" aria-label="Close">×</button><button type="button" hidden>Secret</button>
	<a href="#/there">There 12</a></form><p id="said"></p><table><tbody><tr><th>a</th><td>1</td></tr><tr><th>b</th><td>2</td></tr></tbody></table>`

const answering = `const by = (id) => document.getElementById(id);
	by("send").onclick = () => requestAnimationFrame(() => { by("said").textContent =
		"Sent " + [by("name").value, by("kind").value, by("box").checked, document.querySelector("textarea").value].join(" | "); });
	addEventListener("keydown", (event) => { by("said").textContent = "Key " + event.key; });`

func TestAPersonFindsThingsByTheirNames(t *testing.T) {
	p := serve(t, form, answering)
	p.fill("Name", "Añá & <b>")
	p.fill("Note", "two\nlines")
	p.choose("Kind", "two")
	p.click("Twice")
	p.click("Send now")
	p.see("Sent Añá & <b> | two | true | two lines")
	p.fill("Name", "")
	p.click("Send now")
	p.see("Sent | two")
	p.click("There")
	p.until(`location.hash === "#/there"`)
	p.press("/")
	p.press("j")
	p.see("Key j")
	p.press("Escape")
	p.see("Key Escape")
	p.gone("Sent", "Secret", "Esc", "cape", "ey Escape")
	if got := p.text("#said"); got != "Key Escape" {
		t.Errorf("the text is %q", got)
	}
	if got := fmt.Sprint(p.rows("tbody tr")); got != "[[a 1] [b 2]]" {
		t.Errorf("the rows are %s", got)
	}
	p.visit("/elsewhere")
	if got := p.route(); got != "/elsewhere" {
		t.Errorf("the route is %q", got)
	}
	p.back()
	p.until(`location.hash === "#/there"`)
	p.reload()
	p.in("form").gone("Key Escape")
}

func TestWhatThePageCopiesIsOnTheClipboard(t *testing.T) {
	p := serve(t, `<button>Copy</button><section><button>Copy this</button></section>`, `for (const button of document.querySelectorAll("button")) {
		button.onclick = () => navigator.clipboard.writeText("from " + button.textContent);
	}`)
	p.click("Copy")
	if got := p.clipboard(); got != "from Copy" {
		t.Errorf("copied %q", got)
	}
	p.in("section").click("Copy")
	if got := p.clipboard(); got != "from Copy this" {
		t.Errorf("copied %q", got)
	}
	p.accessible()
}

func TestEachTestOpensAMockOfItsOwn(t *testing.T) {
	p := open(t, mockserver.Config{}, "/deliveries")
	p.see("kycmock")
	if got := p.route(); p.base != p.mock.URL || got != "/deliveries" {
		t.Errorf("the tab is at %s and %s, the mock at %s", p.base, got, p.mock.URL)
	}
}

func TestAPersonIsToldWhatCannotBeClicked(t *testing.T) {
	p := serve(t, form+`<button>Twin</button><button>Twin</button>`, "")
	for name, want := range map[string]string{
		"Stop":   `"Stop" is disabled`,
		"Twin":   `2 of the controls are called "Twin"`,
		"Secret": `0 of the controls are called "Secret"; there are: "Name", "Twice", "Send now", "Stop", "Close", "There 12", "Twin", "Twin"`,
	} {
		var got answer
		p.eval(fmt.Sprintf(`person.point(50, "html", "control", %q)`, name), &got)
		if !strings.Contains(got.Why, want) {
			t.Errorf("%s: %s, want %s", name, got.Why, want)
		}
	}
	p.eval(`(document.body.append(Object.assign(document.createElement("dialog"), { textContent: "Wait" })),
		document.querySelector("dialog").showModal())`, nil)
	var got answer
	p.eval(`person.point(50, "html", "control", "Close")`, &got)
	if !strings.Contains(got.Why, `"Close" is covered by`) {
		t.Errorf("under a dialog: %q", got.Why)
	}
}

func TestAClickOnWhatThePageHasMovedAwayIsMadeAgain(t *testing.T) {
	p := serve(t, `<p id="above"></p><button>Send</button>`, `const above = document.getElementById("above"), { point } = person;
		person.point = (...given) => point(...given).finally(() => (above.style.height = "200px"));
		document.querySelector("button").onclick = () => (above.textContent = "Sent");`)
	p.click("Send")
	p.see("Sent")
}

func TestAScreenshotShowsTheSizeAndTheSchemeAskedFor(t *testing.T) {
	p := serve(t, `<p>Words</p>`, "")
	p.resize(360, 640)
	p.scheme("dark")
	p.until(`innerWidth === 360 && matchMedia("(prefers-color-scheme: dark)").matches`)
	p.screenshot("harness")
	path := filepath.Join(screenshots, "harness.png")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(path) })
	picture, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil || picture.Width != 360 || picture.Height != 640 {
		t.Errorf("the picture is %d by %d: %v", picture.Width, picture.Height, err)
	}
}
