package mockserver_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uip"
	"kycmock/mockserver/uqudo"
)

var port = regexp.MustCompile(`127\.0\.0\.1:[0-9]+/`)

func triggerOf(vendor, event string, data json.RawMessage) provider.Trigger {
	return provider.Trigger{Provider: vendor, Event: event, Data: data}
}

func TestBothOfUqudosSendersAreSetAndTold(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	global, hosted := newHook(t), newHook(t)
	account := mock.UqudoAccount("shop")
	account.SaveGlobalWebhook(uqudo.Webhook{URL: global.URL})
	account.SaveHostedKYC("signup", uqudo.HostedWebhook{Webhook: uqudo.Webhook{URL: hosted.URL}, Format: uqudo.FormatLegacy})
	session := account.Enroll(uqudo.SessionData{HostedKYC: "signup"})
	deliveries := session.Deliveries()
	if len(deliveries) != 2 {
		t.Fatalf("%d deliveries", len(deliveries))
	}
	for _, d := range deliveries {
		d.WantAnswers(200)
	}
	if !strings.HasPrefix(global.received()[0], `{"jwsResult":"`) || !strings.HasPrefix(hosted.received()[0], "eyJ") {
		t.Errorf("received was %q and %q", global.received(), hosted.received())
	}
	if got := mock.Await(mockserver.Want{Webhook: "hosted-kyc/signup", Account: "shop"}); got != deliveries[1] {
		t.Errorf("awaited was %s, want %s", got.ID, deliveries[1].ID)
	}
	account.DeleteGlobalWebhook()
	account.DeleteHostedKYC("signup")
	if n := len(account.Enroll(uqudo.SessionData{}).Deliveries()); n != 0 {
		t.Errorf("%d deliveries after all was deleted", n)
	}
}

func TestSettingsChangeAndKeepTheRest(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	account := mock.Uqudo()
	id, secret := account.ClientID(), account.ClientSecret()
	account.Configure(func(a *uqudo.Account) { a.Delivery.Interval = clock.Duration(time.Minute) })
	account.Configure(func(a *uqudo.Account) { a.Delivery.Window = clock.Duration(2 * time.Minute) })
	if account.ClientID() != id || account.ClientSecret() != secret || secret == "" {
		t.Errorf("the client is %s with %s, was %s with %s", account.ClientID(), account.ClientSecret(), id, secret)
	}
	down(t, mock, 500, 500, 500)
	d := account.Enroll(uqudo.SessionData{}).Delivery()
	mock.AdvanceToIdle()
	d.WantAnswers(500, 500, 500)
	d.Wait(delivery.Exhausted)

	business := mock.UIPBusiness("shop")
	business.Configure(func(s *uip.Settings) {
		s.Contract = uip.ContractA2
		s.Delivery.Waits = []clock.Duration{clock.Duration(time.Hour)}
	})
	business.SaveWebhook(newHook(t, 500, 500).URL)
	d = business.Identify(uip.IdentifyData{}).Delivery()
	mock.AdvanceToIdle()
	d.WantAnswers(500, 500)
	if body := d.Attempts()[0].Request.Body; !strings.Contains(body, `"expires_at":`) {
		t.Errorf("contract A2 tells %s", body)
	}
	if got := business.APIKey(); got != "uip-test-key-shop" {
		t.Errorf("the API key is %s", got)
	}
}

// The types of a trigger's data have the members that the vendor reads, and
// every one of them counts.
func TestAllThatATriggerOfUIPsCanSayIsTaken(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	business := mock.UIP()
	business.SaveWebhook(newHook(t).URL)
	who := business.AddPerson(uip.PersonData{})
	no, soon := false, start.Add(time.Hour)
	for _, s := range []mockserver.UIPSession{
		business.Identify(uip.IdentifyData{Intent: "Hello", RequestedData: []string{"name"}, Person: who.UIPID, Status: uip.StatusPending}),
		business.Sign(uip.SignData{Intent: "Hello", SignatureInformation: "Hello", Person: who.UIPID, Status: uip.StatusPending}),
		business.Message(uip.MessageData{Intent: "Hello", Message: "Hello", Priority: "LOW", ReceiverUIP: who.UIPID, SignatureExpiry: &soon, Status: uip.StatusPending}),
		business.Message(uip.MessageData{Intent: "Hello", SignatureRequired: &no, Status: uip.StatusRead}),
	} {
		if !strings.Contains(string(s.Data), "Hello") || s.Status != "pending" && s.Status != "read" {
			t.Errorf("%s is %s: %s", s.Event, s.Status, s.Data)
		}
	}
	business.Identify(uip.IdentifyData{}, fault.Fault{Name: fault.EmptySig}).Delivery().Wait(delivery.Delivered)
	business.Test().Wait(delivery.Delivered)
	if old := business.Secret(); business.RotateSecret() == old {
		t.Errorf("the secret is still %s", old)
	}
}

func TestEachSessionOfTheApplicationIsTakenOnce(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	business := mock.UIP()
	h := newHook(t)
	business.SaveWebhook(h.URL)
	business.Identify(uip.IdentifyData{Status: uip.StatusPending}) // is the test's own
	call := func(path, body string) {
		r, err := http.NewRequestWithContext(t.Context(), "POST", mock.URL+"/uip/v1"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+business.APIKey())
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		replyOf(t, answer).want(200)
	}
	for _, c := range []struct {
		path, body string
		act        func(mockserver.UIPSession) mockserver.UIPSession
		status     string
		told       int
	}{
		{"/identify", `{"intent": "Sign in", "requested_data": ["name"]}`, mockserver.UIPSession.Complete, "completed", 1},
		{"/identify", `{"intent": "Sign in", "requested_data": ["name"]}`, mockserver.UIPSession.Cancel, "cancelled", 0},
		{"/sign", `{"intent": "Order", "signature_information": "Three boxes."}`, mockserver.UIPSession.Sign, "signed", 1},
		{"/sign", `{"intent": "Order", "signature_information": "Three boxes."}`, mockserver.UIPSession.Decline, "declined", 0},
	} {
		called := make(chan struct{})
		go func() { // while it is waited for
			defer close(called)
			call(c.path, c.body)
		}()
		s := c.act(mock.UIP().NextSession())
		<-called
		if s.Status != c.status || len(s.Deliveries()) != c.told {
			t.Errorf("%s: it is %s and led to %d deliveries, want %s and %d", c.path, s.Status, len(s.Deliveries()), c.status, c.told)
		}
	}
	required, not := true, false
	if s := business.Message(uip.MessageData{SignatureRequired: &required, Status: uip.StatusPending}).Sign(); s.Status != "signed" {
		t.Errorf("a message that was signed is %s", s.Status)
	}
	if s := business.Message(uip.MessageData{SignatureRequired: &not}).Read(); s.Status != "read" || s.Current().Status != "read" {
		t.Errorf("a message that was read is %s", s.Status)
	}
}

// The application asks for a face session and the test has its user go through
// it.
func TestASessionOfTheFaceAPIIsTakenAndCompleted(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	account := mock.Uqudo()
	down(t, mock)
	ask := func(path, contentType, authorization, body string) reply {
		r, err := http.NewRequestWithContext(t.Context(), "POST", mock.URL+"/uqudo/api"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Authorization", authorization)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		return replyOf(t, answer)
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {account.ClientID()}, "client_secret": {account.ClientSecret()}}
	var token struct {
		Text string `json:"access_token"`
	}
	ask("/oauth/token", "application/x-www-form-urlencoded", "", form.Encode()).want(200).into(&token)
	photo := base64.StdEncoding.EncodeToString([]byte("\xff\xd8\xff\xe0 a photo"))
	ask("/v1/face", "application/json", "Bearer "+token.Text, `{"idPhoto": "`+photo+`"}`).want(201)

	s := account.NextSession()
	if !s.Waiting || len(s.Deliveries()) > 0 {
		t.Errorf("it is %+v", s.Session)
	}
	account.Complete(uqudo.FlowFace, uqudo.SessionData{SessionID: s.ID}).Delivery().WantAnswers(200)
	if got := s.Current(); got.Waiting || got.Status != "completed" {
		t.Errorf("it is %+v", got.Session)
	}
	got := said(t, mockserver.Config{}, func(_ mockserver.TB, m *mockserver.Mock) {
		m.Patience = brief
		m.Uqudo().NextSession()
	})
	want := "no other session began within 20ms through Uqudo's Face API for account default, whose client ID is uuid_1"
	if len(got) != 1 || got[0] != want {
		t.Errorf("without any it says %q, want %q", got, want)
	}
}

func TestATriggerTakesAllThatCanBeSaid(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	h := newHook(t)
	mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: h.URL})
	seed := uint64(7)
	s := mock.Uqudo().Trigger(provider.Trigger{
		Event: "enrollment", Seed: &seed, Patch: json.RawMessage(`[{"op": "replace", "path": "/iss", "value": "somebody"}]`),
	})
	s.Delivery().Wait(delivery.Delivered)
	if got := claimsOf(jwsResult(h.received()[0])).Issuer; got != "somebody" {
		t.Errorf("the issuer is %s", got)
	}
	armed := mock.Arm(mockserver.Rule{Fault: fault.Fault{Name: fault.WrongIssuer}})
	mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().Wait(delivery.Delivered)
	if got := claimsOf(jwsResult(h.received()[1])).Issuer; got == "https://id.uqudo.io" || armed.ID == "" {
		t.Errorf("with %s armed the issuer is %s", armed.Fault.Name, got)
	}
	mock.Disarm(mock.Arm(mockserver.Rule{Fault: fault.Fault{Name: fault.WrongIssuer}}).ID)
	mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().Wait(delivery.Delivered)
	if got := claimsOf(jwsResult(h.received()[2])).Issuer; got != "https://id.uqudo.io" {
		t.Errorf("with nothing armed the issuer is %s", got)
	}
}

func TestKeysAreRotatedWithheldAndRetired(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	first := mock.Keys()[0].KID
	second := mock.RotateKey().KID
	third := mock.Rotate(mockserver.Rotation{Withhold: true}).KID
	if got := mock.PublishKey().KID; got != third || second == first {
		t.Errorf("published was %s, want %s", got, third)
	}
	mock.RetireKey(first)
	if got := len(mock.Keys()); got != 3 {
		t.Errorf("there are %d keys", got)
	}
}
