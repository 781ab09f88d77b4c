package mockserver_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"kycmock/mockserver"
	"kycmock/mockserver/uip"
)

// askForSignature stands for your application: it calls UIP's API.
func askForSignature(base, apiKey string) (status int) {
	body := strings.NewReader(`{"intent": "Order", "signature_information": "I order three boxes."}`)
	r, err := http.NewRequest(http.MethodPost, base+"/sign", body)
	if err != nil {
		panic(err)
	}
	r.Header.Set("Authorization", "Bearer "+apiKey)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

// The application under test asks for a signature, the test has the user sign,
// and the application is told.
func ExampleUIPSession_Sign() {
	t := newT() // your *testing.T
	defer t.end()
	secret := ""
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		genuine := hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(r.Header.Get("X-UIP-Signature")))
		fmt.Println("told by UIP:", genuine, "of user_anna:", bytes.Contains(body, []byte("user_anna")))
	}))
	defer receiver.Close()

	mock := mockserver.Test(t, mockserver.Config{})
	business := mock.UIP()
	secret = business.SaveWebhook(receiver.URL)
	anna := business.AddPerson(uip.PersonData{UIPID: "user_anna", Name: "Anna Example"})

	fmt.Println("asked:", askForSignature(mock.URL+"/uip/v1", business.APIKey()))
	signed := business.NextSession().As(anna).Sign()
	signed.Delivery().WantAnswers(200)
	fmt.Println(signed.Event, signed.Status)
	// Output:
	// asked: 200
	// told by UIP: true of user_anna: true
	// sign signed
}
