package web_test

import (
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/uqudo"
)

// What a signature does not show is not in the verdict, and stands beside it.
func TestAVerdictClaimsNoMoreThanASignatureShows(t *testing.T) {
	const holds = "Authentic: the signature holds, and so does what it signs."
	p := open(t, mockserver.Config{}, "/deliveries")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{
		URL: p.mock.URL + "/_mock/receiver/default", SecurityType: uqudo.SecurityBasic, UserID: "someone", Password: "a secret of the test",
	})
	tab := p.in(".panel")
	for _, c := range []struct {
		fault string
		sees  []string
	}{
		{fault.WrongCreds, []string{holds, "Made to go wrong", "wrong-credentials a wrong Basic password"}},
		{fault.MissingCreds, []string{holds, "missing-credentials"}},
		{fault.ContentType, []string{holds, "content-type the same bytes as another Content-Type"}},
		{fault.ResetMidBody, []string{holds, "reset-mid-body", "What came of it", "reset"}},
		{fault.Expired, []string{"Authentic, but odd: a correct receiver may refuse it.", "days ago", "expired"}},
		{fault.Tampered, []string{"Not authentic: a correct receiver refuses it.", "tampered one byte"}},
	} {
		d := p.mock.Uqudo().Enroll(uqudo.SessionData{}, fault.Fault{Name: c.fault}).Delivery()
		p.visit("/deliveries/" + d.ID + "?tab=signature")
		tab.see(c.sees...)
		tab.see("As of the attempt", "Not judged the credentials and the other headers")
		tab.gone("takes it")
	}
	p.accessible()
}

func TestAVerdictFollowsTheKeysLive(t *testing.T) {
	p, _ := openResult(t, "?tab=signature", nil)
	tab := p.in(".panel")
	tab.see("Authentic: the signature holds", "it expires in")
	tab.gone("Made to go wrong")
	old := p.mock.Keys()[0].KID
	p.mock.RotateKey()
	p.mock.RetireKey(old)
	tab.see("Not authentic", "a key that the mock has retired")

	p.mock.Rotate(mockserver.Rotation{Withhold: true})
	d := p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
	p.visit("/deliveries/" + d.ID + "?tab=signature")
	tab.see("Not authentic", "has not published yet")
	p.mock.PublishKey()
	tab.see("Authentic: the signature holds")
	p.mock.Rotate(mockserver.Rotation{Retire: new(time.Hour)})
	p.mock.Advance(59 * time.Minute)
	tab.see("Authentic: the signature holds")
	p.mock.Advance(time.Minute)
	tab.see("Not authentic", "a key that the mock has retired")
}

func TestAVerdictFollowsTheSettingsLive(t *testing.T) {
	p, _ := openResult(t, "?tab=signature", nil)
	tab := p.in(".panel")
	tab.see("Authentic: the signature holds")
	p.mock.Uqudo().Configure(func(a *uqudo.Account) { a.ClientID = "0b6f3a52-9d1c-4c8e-9a77-51f2c0de1a99" })
	tab.see("Authentic, but odd", "the result is for another account")

	p, _ = openEvent(t, "?tab=signature", nil)
	tab = p.in(".panel")
	tab.see("Authentic: the signature holds", "They are equal.")
	p.mock.UIP().RotateSecret()
	tab.see("Not authentic", "one that the webhook had before", "They differ")
}
