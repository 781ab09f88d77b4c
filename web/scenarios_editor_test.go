package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kycmock/mockserver"
)

const mine = `name: mine
why: It is mine.
provider: uqudo
steps:
  - trigger: {as: result, event: enrollment}
  - expect: {delivery: result, status: delivered}
`

// written is what stands in the editor.
func (p *page) written() (text string) {
	p.t.Helper()
	p.eval(`document.querySelector(".yaml textarea").value`, &text)
	return text
}

// cursor is the line and the column at which the editor's cursor stands.
func (p *page) cursor() (place string) {
	p.t.Helper()
	p.eval(`(() => { const { value, selectionStart, matches } = document.querySelector(".yaml textarea");
		const lines = value.slice(0, selectionStart).split("\n");
		return document.activeElement.tagName + " " + lines.length + ":" + (lines.at(-1).length + 1); })()`, &place)
	return place
}

func TestAScenarioIsWrittenMendedSavedRunAndDeleted(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	sampleReceiver(p.mock)
	p.click("New scenario")
	p.see("No problems: it can be run.")
	p.fill("The scenario in YAML", strings.Replace(mine, "- expect:", "- expects:", 1))
	p.see("1 problem", "Line 6", "unknown key expects, did you mean expect?")
	p.until(`[...document.querySelectorAll(".numbers .wrong")].map((line) => line.innerText).join() === "6"`)
	p.until(`document.querySelector(".yaml textarea").ariaInvalid === "true"`)
	p.click("Save as mine")
	p.see("It is not saved: line 6: step 2: unknown key expects")
	p.press("ArrowUp")
	p.click("Line 6")
	if got := p.cursor(); got != "TEXTAREA 6:5" {
		t.Errorf("the cursor is at %s", got)
	}
	for range "expect" {
		p.press("ArrowRight")
	}
	p.do("mending", chromedp.KeyEvent(kb.Delete))
	p.see("No problems: it can be run.")
	if got := p.written(); got != mine {
		t.Errorf("the text is %q", got)
	}
	p.click("Save as mine")
	p.see("mine is saved.", "uploaded", "It is mine.")
	if got := p.route(); got != "/scenarios/mine" {
		t.Errorf("the route is %s", got)
	}
	p.click("Edit")
	p.see("Edit mine")
	p.click("Save and run")
	p.see("Run of mine", "passed Everything held.")
	p.click("Edit")
	p.click("Delete")
	p.see("Delete mine?")
	p.pardon("/_mock/v1/scenarios/mine") // it may be read once more because it was saved
	p.click("Delete it")
	p.see("mine is deleted.", "Built in 57")
	p.gone("Yours")
	if _, known := p.mock.Scenarios().Find("mine"); known {
		t.Error("the mock still has it")
	}
}

func TestATextThatIsNotSavedSurvivesAReloadAndOtherViews(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	p.upload("mine", mine)
	p.visit("/scenarios/mine/edit")
	p.see("Edit mine", "Save")
	p.gone("Not saved yet")
	p.fill("The scenario in YAML", mine+"# more\n")
	p.see("Not saved yet, kept in this tab")
	p.reload()
	p.see("Not saved yet", "# more")
	p.visit("/clock")
	p.see("Move it on")
	p.back()
	p.see("Not saved yet", "# more")
	p.click("Discard")
	p.gone("Not saved yet", "# more")
	p.reload()
	p.see("Edit mine")
	if got := p.written(); got != mine {
		t.Errorf("the text is %q", got)
	}
}

func TestATextOutlivesTheMockThatForgotItsScenario(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	p.upload("mine", mine)
	p.visit("/scenarios/mine/edit")
	p.fill("The scenario in YAML", mine+"# more\n")
	p.see("Not saved yet")
	p.forget("mine")
	p.expect("404")
	p.reload()
	p.see("Edit mine", "# more")
	p.clickOn("field", "The scenario in YAML")
	p.do("pressing Ctrl+S", chromedp.KeyEvent("s", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	p.see("mine is saved.")
}

func TestABuiltInScenarioIsCopiedUnderAnotherName(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios/uqudo-down-once")
	p.click("Start from this one")
	p.see("Start from uqudo-down-once", "name: my-uqudo-down-once", p.base+"/_mock/v1/scenario.schema.json")
	text := p.written()
	p.fill("The scenario in YAML", strings.Replace(text, "name: my-", "name: ", 1))
	p.see("uqudo-down-once is built in and cannot be replaced")
	p.expect("409")
	p.click("Save as uqudo-down-once")
	p.in(".editor [role=alert]").see("is built in and cannot be replaced")
	p.fill("The scenario in YAML", text)
	p.click("Save as my-uqudo-down-once")
	p.see("my-uqudo-down-once is saved.")
	p.visit("/scenarios/~new?from=uqudo-down-once")
	p.see("name: my-uqudo-down-once-2")
	p.fill("The scenario in YAML", text)
	p.see("There is a scenario called my-uqudo-down-once: saving replaces it.")
}

func TestAScenarioCalledNewIsOneLikeAnother(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	p.upload("new", strings.Replace(mine, "name: mine", "name: new", 1))
	p.visit("/scenarios?q=new")
	p.in(".stories").click("new")
	p.see("It is mine.", "Run it")
	p.until(`location.hash === "#/scenarios/new" && document.title === "new · Scenarios · kycmock"`)
	p.click("Edit")
	p.see("Edit new")
	p.visit("/scenarios")
	p.click("New scenario")
	p.see("name: my-story")
	p.until(`document.title === "New scenario · Scenarios · kycmock"`)
	p.fill("The scenario in YAML", strings.Replace(mine, "name: mine", "name: another", 1))
	p.click("Save as another")
	p.see("another is saved.")
}

func TestTheEditorKeepsTheIndentAndTabLeavesIt(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios/~new")
	p.fill("The scenario in YAML", "steps:")
	for _, line := range []string{"- judge:", "that: it holds", "body: x"} {
		p.press("Enter")
		p.do("writing", chromedp.KeyEvent(line))
	}
	if got, want := p.written(), "steps:\n  - judge:\n      that: it holds\n      body: x"; got != want {
		t.Errorf("the text is %q, want %q", got, want)
	}
	p.see("required")
	p.press("Tab")
	if got := p.cursor(); !strings.HasPrefix(got, "BUTTON") {
		t.Errorf("after Tab the focus is on %s", got)
	}
}

func TestAScenarioIsDownloadedAsAFile(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	p.upload("mine", mine)
	p.visit("/scenarios/mine/edit")
	p.see("Edit mine")
	p.eval(`void (URL.createObjectURL = (blob) => { blob.text().then((text) => (globalThis.stored = text)); return "#"; })`, nil)
	p.eval(`void (HTMLAnchorElement.prototype.click = function () { globalThis.file = this.download; })`, nil)
	p.click("Download")
	p.until(fmt.Sprintf(`globalThis.file === "mine.yaml" && globalThis.stored === %q`, mine))
}

func TestTheEditorLooksWellAtEverySize(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios/~new")
	p.fill("The scenario in YAML", mine+"  - advanced: 5m\n  - judge: {}\n")
	p.see("3 problems", "Not saved yet")
	p.looks("scenario-editor")
}
