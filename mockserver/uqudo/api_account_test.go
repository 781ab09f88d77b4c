package uqudo_test

import (
	"fmt"
	"testing"

	"kycmock/mockserver"
)

func TestNoTwoAccountsHaveOneClientID(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	ours := l.account("default").ClientID
	taken := `{"clientId": "` + ours + `"}`
	l.call("PUT", "/uqudo/accounts/other", taken).refused(409, "body.clientId")
	l.call("GET", "/uqudo/accounts/other", "").refused(404)
	l.other(`{}`)
	theirs := l.account("other").ClientID
	l.call("PUT", "/uqudo/accounts/other", taken).refused(409, "body.clientId")
	l.call("PUT", account, `{"clientId": "`+theirs+`"}`).refused(409, "body.clientId")
	if l.account("default").ClientID != ours || l.account("other").ClientID != theirs {
		t.Error("a refusal changed them")
	}
	l.settings(`{"clientId": "` + ours + `"}`) // its own
	l.settings(`{"clientId": "` + nobodys + `"}`)
	l.other(taken) // is free now
	l.client("default").delete(nobodys).wants(204)
	l.client("other").delete(nobodys).wants(204)
}

func TestOneOfManyAccountsGetsAClientID(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	const many = 20
	statuses := make(chan int)
	for i := range many {
		go func() {
			statuses <- l.call("PUT", fmt.Sprintf("/uqudo/accounts/a%d", i), `{"clientId": "`+nobodys+`"}`).status
		}()
	}
	got := map[int]int{}
	for range many {
		got[<-statuses]++
	}
	if got[201] != 1 || got[409] != many-1 {
		t.Errorf("they are answered %v", got)
	}
}

func TestAccountsShareNothingInTheAPI(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.other(`{"api": {"tokenLifetime": "1h", "unknownSession": 410, "infoFormat": "json"}}`)
	us, them := l.grant("default"), l.grant("other")
	if us.Get("client_id") == them.Get("client_id") || us.Get("client_secret") == them.Get("client_secret") {
		t.Fatalf("the credentials are %v and %v", us, them)
	}
	us.Set("client_secret", them.Get("client_secret"))
	l.ask("POST", tokenAt, us.Encode(), form()).saysOfGrant(401, "invalid_client")
	l.client("default").info(nobodys).says(404, "SESSION_EXPIRED_OR_NOT_FOUND")
	l.client("other").info(nobodys).says(410, "SESSION_EXPIRED_OR_NOT_FOUND")
	var happened happening
	l.call("POST", "/uqudo/accounts/other/sessions", `{"flow": "face"}`).wants(202).into(&happened)
	if a := l.client("other").info(happened.Session.ID).wants(200); a.header.Get("Content-Type") != "application/json" {
		t.Errorf("it answers in %s", a.header.Get("Content-Type"))
	}
	l.client("default").info(happened.Session.ID).says(403, "FORBIDDEN")
}
