package provider

import "net/http"

// APIFaulter is a Provider who has words of its own for the faults of its API.
// Those of another one's API match no account and answer {"error": ...}.
type APIFaulter interface {
	// Caller is the account whose call it is, as far as the request shows that,
	// and empty when it does not. The body is left as it was.
	Caller(r *http.Request) (account string)
	// Refuse answers a call with this status, as the vendor words its errors.
	// Of an empty code the status decides, and of a status that is 0 the code.
	Refuse(w http.ResponseWriter, r *http.Request, status int, code string)
}
