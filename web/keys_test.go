package web_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"kycmock/keys"
	"kycmock/mockserver"
)

// states are the keys' states as the table has them, the newest first.
func (p *page) states() (states string) {
	p.t.Helper()
	p.eval(`[...document.querySelectorAll("tbody .status")].map(({ innerText }) => innerText).join(" ")`, &states)
	return states
}

// statesBecome waits for the states that the table has to have.
func (p *page) statesBecome(want string) {
	p.t.Helper()
	p.until(`[...document.querySelectorAll("tbody .status")].map(({ innerText }) => innerText).join(" ") === "` + want + `"`)
}

const firstKID = "1f3ec27fa5cdee63dd68d575f90b6c97"

func TestAKeyIsRotatedAndRetired(t *testing.T) {
	p := open(t, mockserver.Config{}, "/keys")
	jwks := p.base + "/uqudo/api/.well-known/jwks.json"
	p.see(firstKID, "It signs, and is in the JWKS.", "UIP has no JWKS")
	p.in("[aria-label=Rotate]").click("Rotate")
	p.see("signs from now on. " + firstKID + " stays in the JWKS.")
	p.statesBecome("active published")
	p.see("It no longer signs, but is still in the JWKS: what it signed can be verified.")

	p.click("Retire " + firstKID + "…")
	p.see("It leaves the JWKS for good.")
	p.click("Cancel")
	if got := p.states(); got != "active published" {
		t.Errorf("the states are %s after the answer was no", got)
	}
	p.click("Retire " + firstKID + "…")
	p.click("Retire it")
	p.statesBecome("active retired")
	p.see("The key has left the JWKS.")
	p.gone("stays in the JWKS.") // what the rotation has told
	p.focused("The keys")
	if set := fetched(t, jwks); strings.Contains(set, firstKID) || !strings.Contains(set, p.mock.Keys()[1].KID) {
		t.Errorf("the JWKS is %s", set)
	}

	p.choose("The old key", "leaves the JWKS now")
	p.in("[aria-label=Rotate]").click("Rotate")
	p.statesBecome("active retired retired")
	p.mock.RotateKey() // by somebody else
	p.statesBecome("active published retired retired")
}

func TestAKeyLeavesTheJWKSAfterAWhile(t *testing.T) {
	p := openAtNoon(t, "/keys")
	p.choose("The old key", "leaves the JWKS after a while")
	p.fill("After", "soon")
	p.expect("422")
	p.in("[aria-label=Rotate]").click("Rotate")
	p.see("want now, never or a duration such as 1h")
	if n := len(p.mock.Keys()); n != 1 {
		t.Fatalf("there are %d keys after a rotation that was refused", n)
	}
	p.fill("After", "30m")
	p.in("[aria-label=Rotate]").click("Rotate")
	p.see(firstKID + " leaves the JWKS after 30m.")
	p.statesBecome("active published")
	p.mock.Advance(30 * time.Minute)
	p.statesBecome("active retired")
}

func TestAKeySignsBeforeItIsPublished(t *testing.T) {
	p := open(t, mockserver.Config{}, "/keys")
	p.choose("The new key", "signs before it is in the JWKS")
	p.in("[aria-label=Rotate]").click("Rotate")
	p.see("but is not in the JWKS until you publish it.", "It signs, but is not in the JWKS yet", "It now holds "+firstKID+".")
	active := p.mock.Keys()[1].KID
	p.click("Fetch it")
	p.see("What it serves", `"kid": "`+firstKID+`"`)
	p.gone(`"kid": "` + active + `"`)
	p.click("Publish " + active)
	p.focused("The keys")
	p.see("It now holds " + active + ", " + firstKID + ".")
	p.gone("What it serves", "It signs, but is not in the JWKS yet")
	p.click("Fetch it")
	p.see(`"kid": "` + active + `"`)
}

func TestANewKeyTakesTheOldOnesKID(t *testing.T) {
	p := open(t, mockserver.Config{}, "/keys/"+firstKID)
	p.see("-----BEGIN PUBLIC KEY-----")
	before := p.text(`[aria-label="PEM"]`)
	p.choose("Its kid", "is the old key's")
	p.see("The old key is gone at once")
	p.in("[aria-label=Rotate]").click("Rotate")
	p.see("A new key signs from now on, under the old kid " + firstKID)
	p.statesBecome("active")
	quoted, _ := json.Marshal(before)
	p.until(`document.querySelector("[aria-label=PEM]").innerText !== ` + string(quoted))
}

func TestKeysAreCopied(t *testing.T) {
	p := open(t, mockserver.Config{}, "/keys")
	first := p.mock.Keys()[0]
	copied := func(button, want string) {
		t.Helper()
		p.click(button)
		p.see("Copied.")
		p.click("Close this message")
		if got := p.clipboard(); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%s copied %q, want %q", button, got, want)
		}
	}
	if first.KID != firstKID || first.State != keys.Active {
		t.Fatalf("the first key is %+v", first)
	}
	copied("Copy the kid "+firstKID, firstKID)
	copied("Copy the URL of the JWKS of Uqudo", p.base+"/uqudo/api/.well-known/jwks.json")
	p.click(firstKID)
	p.until(`location.hash === "#/keys/` + firstKID + `"`)
	at := p.base + "/_mock/v1/keys/" + firstKID
	copied("Copy PEM", fetched(t, at+"/public.pem"))
	copied("Copy its URL: PEM", at+"/public.pem")
	copied("Copy its URL: JWK", at+"/public.jwk")
	p.click("Copy JWK")
	p.see("Copied.")
	var got, want map[string]any
	if err := json.Unmarshal([]byte(p.clipboard()), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(fetched(t, at+"/public.jwk")), &want); err != nil || got["n"] != want["n"] || got["kid"] != firstKID {
		t.Errorf("copied was the JWK %v, want %v %v", got, want, err)
	}
	p.click("Close")
	p.gone("BEGIN PUBLIC KEY")
	p.visit("/keys/nobody")
	p.see("There is no key with this kid")
}

func TestTheKeysLookRightAndAreAccessible(t *testing.T) {
	p := open(t, mockserver.Config{}, "/keys/"+firstKID)
	p.mock.Rotate(mockserver.Rotation{Retire: new(time.Duration)})
	p.mock.Rotate(mockserver.Rotation{})
	p.mock.Rotate(mockserver.Rotation{Withhold: true})
	p.statesBecome("active published published retired")
	p.click("Fetch it")
	p.see("What it serves", "BEGIN PUBLIC KEY")
	p.looks("keys")
}
