package web_test

import (
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/scenarios"
)

// The same scenario as two people would have it.
var (
	theirs = strings.Replace(mine, "It is mine.", "It is theirs.", 1)
	edited = strings.Replace(mine, "It is mine.", "It is edited.", 1)
)

// unattended has the page follow the mock no more, as in a tab that nobody sees:
// what happens from now on, a view learns when it opens and when it asks.
func (p *page) unattended() {
	p.t.Helper()
	p.in("header").see("live") // or it would look once more when it is
	p.eval(`void Object.defineProperty(document, "hidden", { value: true })`, nil)
	p.eval(`void document.dispatchEvent(new Event("visibilitychange"))`, nil)
	p.in("header").gone("live")
}

// forget deletes a scenario in the mock. The page may be about to read it, because
// of what happened before.
func (p *page) forget(name string) {
	p.t.Helper()
	p.pardon("/_mock/v1/scenarios/" + name)
	if err := p.mock.Scenarios().Delete(name); err != nil {
		p.t.Fatal(err)
	}
}

// wantText fails unless the mock's text of a scenario is this.
func (p *page) wantText(name, want string) {
	p.t.Helper()
	story, known := p.mock.Scenarios().Find(name)
	if got := string(story.YAML()); !known || got != want {
		p.t.Errorf("the mock has %q, want %q", got, want)
	}
}

func TestTheEditorFollowsWhatSomebodyElseSaves(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	p.upload("mine", mine)
	p.visit("/scenarios/mine/edit")
	p.see("It is mine.")
	p.eval(`void document.querySelector(".yaml textarea").setSelectionRange(3, 3)`, nil)
	p.upload("mine", theirs)
	p.see("It is theirs.")
	p.gone("Not saved yet", "Somebody else")
	p.until(`document.querySelector(".yaml textarea").selectionStart === 3`)
	p.forget("mine")
	p.see("The mock has no scenario called mine any longer: saving makes it anew.", "It is theirs.")
	p.click("Save")
	p.see("mine is saved.")
	p.wantText("mine", theirs)
}

func TestEditsOfAScenarioOutliveWhatSomebodyElseSaves(t *testing.T) {
	const changed = "Somebody else has changed this in the meantime."
	p := open(t, mockserver.Config{}, "/scenarios")
	p.upload("mine", mine)
	p.visit("/scenarios/mine/edit")
	p.fill("The scenario in YAML", edited)
	p.see("Not saved yet", "Discard")
	p.gone(changed)
	p.upload("mine", theirs)
	p.see(changed, "It is edited.", "Not saved yet")
	p.gone("Discard")
	p.looks("scenario-editor-stale")
	p.click("Load what is there")
	p.see("It is theirs.")
	p.gone(changed, "Not saved yet")
	p.until(`document.activeElement.matches(".yaml textarea")`)

	p.fill("The scenario in YAML", edited)
	p.see("Not saved yet")
	p.visit("/clock")
	p.see("Move it on")
	p.upload("mine", mine)
	p.back()
	p.see(changed, "It is edited.")
	p.reload()
	p.see(changed, "It is edited.")
	p.click("Save") // it was said that this replaces what is there
	p.see("mine is saved.", "It is edited.")
	p.wantText("mine", edited)
	p.click("Edit")
	p.see("It is edited.", "No problems")
	p.gone(changed, "Not saved yet")
}

func TestNothingIsReplacedThatTheEditorHasNotShown(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	p.unattended()
	p.upload("mine", mine)
	p.visit("/scenarios/mine/edit")
	p.fill("The scenario in YAML", edited)
	p.upload("mine", theirs)
	p.click("Save")
	p.see("It is not saved: somebody else has just saved mine", "Load what is there", "It is edited.")
	p.wantText("mine", theirs)
	p.click("Save")
	p.see("mine is saved.")
	p.wantText("mine", edited)

	another := strings.Replace(mine, "name: mine", "name: another", 1)
	p.visit("/scenarios/~new")
	p.fill("The scenario in YAML", another)
	p.upload("another", another+"# theirs\n")
	p.click("Save as another")
	p.see("It is not saved: somebody else has just saved another", "There is a scenario called another: saving replaces it.")
	p.wantText("another", another+"# theirs\n")
	p.click("Save as another")
	p.see("another is saved.")
	p.wantText("another", another)
}

func TestAnEditorThatCouldNotRunKnowsWhatItHasSaved(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	wanting := strings.Replace(mine, "steps:", "vars:\n  must: {summary: what has to be said}\nsteps:", 1)
	p.unattended()
	p.upload("mine", mine)
	p.visit("/scenarios/mine/edit")
	p.fill("The scenario in YAML", wanting)
	p.expect("422")
	p.click("Save and run")
	p.in(".notices").see("must")
	p.gone("Not saved yet", "Somebody else has changed")
	p.wantText("mine", wanting)
	p.fill("The scenario in YAML", edited)
	p.see("Not saved yet", "Discard")
	p.gone("Somebody else has changed")
}

func TestAScenarioThatIsShownFollowsWhatSomebodyElseSaves(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	p.upload("mine", mine)
	p.visit("/scenarios/mine")
	p.see("It is mine.")
	p.fill("Account", "anna")
	p.upload("mine", strings.Replace(theirs, "steps:", "vars:\n  patience: {default: 2s}\nsteps:", 1))
	p.see("It is theirs.", "patience", "anna")
	p.gone("It is mine.")
	p.forget("mine")
	p.see("No scenario is called mine")
}

func TestTheListAndTheRunFollowWhatSomebodyElseDoes(t *testing.T) {
	p := open(t, mockserver.Config{}, "/scenarios")
	sampleReceiver(p.mock)
	p.see(p.builtIn())
	p.upload("mine", mine)
	p.see("Yours 1", "It is mine.")
	told := p.mock.RunScenarioWith("mine", scenarios.Options{})
	p.in("[aria-label=Yours]").see("passed")
	p.in("[aria-label=Yours]").click("Last run: passed")
	p.see("Run of mine", "Everything held.", "Run again")
	if got := p.route(); got != "/runs/"+told.ID {
		t.Errorf("the route is %s, want that of %s", got, told.ID)
	}
	p.forget("mine")
	p.gone("Run again")
	p.see("Run of mine", "Everything held.")
	p.back()
	p.see(p.builtIn())
	p.gone("Yours")
}

func TestWhatCannotBeRunAnyLongerIsSaidForPeople(t *testing.T) {
	const gone = `there is no scenario "mine"`
	p := open(t, mockserver.Config{}, "/clock")
	p.expect("404")
	p.unattended()
	for _, test := range []struct{ route, button, place string }{
		{"/scenarios?q=mine", "Run mine", ".notices .wrong"},
		{"/scenarios/mine", "Run", ".run-form .notice.wrong"},
	} {
		p.upload("mine", mine)
		p.visit(test.route)
		p.see("It is mine.")
		p.forget("mine")
		p.click(test.button)
		p.see(gone)
		if got := strings.TrimSuffix(strings.TrimSpace(p.text(test.place)), "×"); strings.TrimSpace(got) != gone {
			t.Errorf("at %s stands %q, want %q", test.route, got, gone)
		}
	}
}
