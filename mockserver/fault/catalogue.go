package fault

import "slices"

// Stage says who makes a fault and when. Several faults act in the order of
// their stages.
type Stage string

// The stages, in the order in which they act.
const (
	Content   Stage = "content"   // What is told, before it is signed. By the vendor.
	Signature Stage = "signature" // How it is signed. By the vendor.
	Request   Stage = "request"   // The request around it. By the vendor.
	Wire      Stage = "wire"      // How the request goes over the socket. By the engine.
	Schedule  Stage = "schedule"  // When, and how often. By the engine, once for each notification.
	API       Stage = "api"       // The vendor's own API. Counted by calls.
)

// Spec is one row of the catalogue.
type Spec struct {
	Name      string   `json:"name"`
	Stage     Stage    `json:"stage" enum:"content,signature,request,wire,schedule,api"`
	Summary   string   `json:"summary" doc:"What is sent, or happens."`
	Finds     string   `json:"finds" doc:"The mistake of a receiver that it finds."`
	Params    []Param  `json:"params"`
	Providers []string `json:"providers" doc:"The vendors that can have it."`
}

// Param is one parameter of a fault.
type Param struct {
	Name    string `json:"name"`
	Type    Type   `json:"type" enum:"duration,size,integer,text"`
	Default any    `json:"default" doc:"Null when it is required."`
	Summary string `json:"summary"`

	min, max int64 // of an integer or a size; in nanoseconds of a duration
}

// Type is what a parameter holds.
type Type string

// The types of parameters.
const (
	Duration Type = "duration" // Such as "10m".
	Size     Type = "size"     // Bytes, such as 512 or "2MiB".
	Integer  Type = "integer"
	Text     Type = "text"
)

// OnAttempts is whether the fault acts on attempts, so that it takes on and
// probability. The others act once for each notification, or on calls.
func (s Spec) OnAttempts() bool {
	return s.Stage != Schedule && s.Stage != API || s.Name == RetryOverlap
}

func (s Spec) param(name string) (Param, bool) {
	i := slices.IndexFunc(s.Params, func(p Param) bool { return p.Name == name })
	if i < 0 {
		return Param{}, false
	}
	return s.Params[i], true
}

// Names of faults.
const (
	Expired         = "expired"
	IssuedInFuture  = "issued-in-future"
	WrongIssuer     = "wrong-issuer"
	WrongAudience   = "wrong-audience"
	AudienceArray   = "audience-array"
	MissingClaim    = "missing-claim"
	OtherSession    = "other-session"
	ExtraMembers    = "extra-members"
	Large           = "large"
	DocumentsEmpty  = "documents-empty"
	StepsOmitted    = "steps-omitted"
	Tampered        = "tampered"
	WrongKey        = "wrong-key"
	UnknownKID      = "unknown-kid"
	MissingKID      = "missing-kid"
	AlgNone         = "alg-none"
	AlgHS256        = "alg-hs256"
	MalformedSig    = "malformed-signature"
	ShortSig        = "short-signature"
	EmptySig        = "empty-signature"
	MissingSig      = "missing-signature"
	UppercaseSig    = "uppercase-signature"
	PrefixedSig     = "prefixed-signature"
	GarbageJWS      = "garbage-jws"
	StaleTimestamp  = "stale-timestamp"
	WrongCreds      = "wrong-credentials"
	MissingCreds    = "missing-credentials"
	ContentType     = "content-type"
	LegacyFormat    = "legacy-format"
	MalformedJSON   = "malformed-json"
	TruncatedJSON   = "truncated-json"
	DuplicateMember = "duplicate-members"
	InvalidUTF8     = "invalid-utf8"
	EmptyBody       = "empty-body"
	ByteOrderMark   = "byte-order-mark"
	Reserialised    = "reserialised"
	Chunked         = "chunked"
	SlowRequest     = "slow-request"
	ResetMidBody    = "reset-mid-body"
	ResetBefore     = "reset-before-response"
	IgnoreResponse  = "ignore-response"
	HangUpEarly     = "hang-up-early"
	ConnectDelay    = "connect-delay"
	Duplicate       = "duplicate"
	Concurrent      = "duplicate-concurrent"
	Delay           = "delay"
	Overtaken       = "overtaken"
	Drop            = "drop"
	Replay          = "replay"
	RetryOverlap    = "retry-overlap"
	JWKSError       = "jwks-error"
	JWKSSlow        = "jwks-slow"
	JWKSEmpty       = "jwks-empty"
	JWKSStale       = "jwks-stale"
	JWKSMalformed   = "jwks-malformed"
	APIError        = "api-error"
	APISlow         = "api-slow"
	APIReset        = "api-reset"
)

// The largest of what a parameter can hold.
const (
	longestMock = 10_000 * 3600 * int64(1e9) // a duration on the mock's clock
	longestReal = 300 * int64(1e9)           // a duration in real time
	largest     = 64 << 20                   // bytes
)

func params(p ...Param) []Param { return p }

func by(fallback string, summary string) Param {
	return Param{"by", Duration, fallback, summary, 0, longestMock}
}

func bySocket(fallback string, summary string) Param {
	return Param{"by", Duration, fallback, summary, 0, longestReal}
}

func failure(fallback int) Param {
	return Param{"status", Integer, fallback, "the HTTP status", 400, 599}
}

func status(fallback int) Param {
	return Param{"status", Integer, fallback, "the HTTP status", 200, 599}
}

var route = Param{"route", Text, nil, "method and path as the vendor writes them, such as POST /v1/identify", 1, 200}

// All returns the catalogue, by stages.
func All() []Spec {
	return []Spec{
		{Expired, Content, "exp is in the past, the signature good", "takes results that have expired, or refuses a late retry for good", nil, nil},
		{IssuedInFuture, Content, "iat and exp are shifted into the future, the signature good", "takes results from the future", params(by("10m", "how far")), nil},
		{WrongIssuer, Content, "iss is another, the signature good", "does not check iss", nil, nil},
		{WrongAudience, Content, "aud is another client's ID, the signature good", "does not check aud", nil, nil},
		{AudienceArray, Content, "aud is an array that holds the right one", "breaks on an aud that is an array", nil, nil},
		{MissingClaim, Content, "a claim is left out, the signature good", "breaks on, or does not miss, a claim", params(Param{"name", Text, "jti", "which", 1, 100}), nil},
		{OtherSession, Content, "the session's ID is nobody's, the signature good", "takes results of sessions that it never began", nil, nil},
		{ExtraMembers, Content, "there are unknown members at every level", "breaks on members that it does not know", nil, nil},
		{Large, Content, "a long text makes the content so large", "has a limit that a real result breaks", params(Param{"bytes", Size, "2MiB", "how long the text is", 1, largest}), nil},
		{DocumentsEmpty, Content, "documents is an empty array", "reads the first document without looking whether there is one", nil, nil},
		{StepsOmitted, Content, "steps that did not run are absent instead of null", "breaks on members that are absent", nil, nil},

		{Tampered, Signature, "one byte of the signed content is changed after signing", "does not verify the signature", nil, nil},
		{WrongKey, Signature, "signed by a key that nobody published, under the published kid, or with another secret", "verifies with whatever fits", nil, nil},
		{UnknownKID, Signature, "signed by the active key, under a kid that is not in the JWKS", "takes any key when it does not know the kid", nil, nil},
		{MissingKID, Signature, "signed by the active key, without a kid", "breaks on a token without a kid", nil, nil},
		{AlgNone, Signature, "an unsigned token of alg none", "trusts the token's own alg", nil, nil},
		{AlgHS256, Signature, "an HMAC keyed with the public key's PEM", "takes the public key for a shared secret", nil, nil},
		{MalformedSig, Signature, "a signature of the right length that is no base64url, or no hex", "breaks on a signature that it cannot decode", nil, nil},
		{ShortSig, Signature, "a signature of another length", "answers 500 because its constant-time comparison throws", nil, nil},
		{EmptySig, Signature, "a signature of no length", "takes no signature for a good one", nil, nil},
		{MissingSig, Signature, "no signature at all: the header left out, or a token of two parts", "does not ask for a signature", nil, nil},
		{UppercaseSig, Signature, "a good signature in upper case", "compares without regard to case", nil, nil},
		{PrefixedSig, Signature, "a good signature behind sha256=", "strips what it does not know", nil, nil},
		{GarbageJWS, Signature, "a token that is no JWS", "breaks on what is no JWS", nil, nil},
		{StaleTimestamp, Signature, "signed with a timestamp of a while ago", "does not look at the timestamp", params(by("10m", "how long ago")), nil},

		{WrongCreds, Request, "a wrong Basic password or value of a custom header", "does not check the webhook's credentials", nil, nil},
		{MissingCreds, Request, "no Basic credentials, no custom headers", "takes a request without credentials", nil, nil},
		{ContentType, Request, "the same bytes as another Content-Type", "parses whatever comes, or refuses what is good", params(Param{"value", Text, "text/plain", "the media type", 0, 200}), nil},
		{LegacyFormat, Request, "the JWS alone, as text/plain", "knows the JSON format only", nil, nil},
		{MalformedJSON, Request, "a body that is no JSON, signed as it is", "answers 500 instead of 400", nil, nil},
		{TruncatedJSON, Request, "a body that ends half-way, signed as it is", "answers 500 instead of 400", nil, nil},
		{DuplicateMember, Request, "members that are there twice, signed as they are", "verifies one of them and uses the other", nil, nil},
		{InvalidUTF8, Request, "bytes that are no UTF-8, signed as they are", "breaks on, or silently replaces, such bytes", nil, nil},
		{EmptyBody, Request, "no body, signed as none", "answers 500 instead of 400", nil, nil},
		{ByteOrderMark, Request, "a byte order mark before the body, signed with it", "parses before it verifies", nil, nil},
		{Reserialised, Request, "the same JSON with other white space and order, under the signature of the original", "hashes its own serialisation instead of the bytes that came", nil, nil},
		{Chunked, Request, "Transfer-Encoding: chunked instead of a length", "needs a Content-Length", nil, nil},

		{ConnectDelay, Wire, "the connection is opened late, in real time", "nothing; what else it does meanwhile is seen", params(bySocket("2s", "how late")), nil},
		{SlowRequest, Wire, "the body drips, in real time", "gives up on, or is held up by, a slow sender", params(Param{"bytesPerSecond", Integer, 512, "how fast", 1, 1 << 20}), nil},
		{ResetMidBody, Wire, "the connection is reset half-way through the body", "does its work on half a body", nil, nil},
		{ResetBefore, Wire, "the request arrives, and the connection is reset at the first byte of the answer: the receiver has done its work, the vendor does not know", "does its work twice when it is told again", nil, nil},
		{IgnoreResponse, Wire, "the answer is thrown away and counts as a failure with this status", "does its work twice when it is told again", params(status(504)), nil},
		{HangUpEarly, Wire, "the vendor's timeout is that short, in real time", "is slower than the vendor waits", params(Param{"after", Duration, "1s", "how short", 1, longestReal}), nil},

		{Delay, Schedule, "the first attempt is late", "expects the webhook before it goes on", params(by("10m", "how late")), nil},
		{Overtaken, Schedule, "held back until later notifications of the account were sent", "relies on their order", params(Param{"by", Integer, 1, "by how many", 1, 1000}), nil},
		{Drop, Schedule, "never sent", "waits for ever", nil, nil},
		{Duplicate, Schedule, "the same bytes again, each copy a delivery of its own", "does its work again", params(
			Param{"count", Integer, 1, "how many copies", 1, 100}, Param{"after", Duration, "0s", "how much later", 0, longestMock}), nil},
		{Concurrent, Schedule, "the same bytes at the same moment over separate connections", "finds a duplicate only after it has finished with the first", params(
			Param{"count", Integer, 5, "how many, the original among them", 2, 100}), nil},
		{Replay, Schedule, "sent again, the same bytes, long after success", "forgets what it has taken", params(Param{"after", Duration, "24h", "how long after", 0, longestMock}), nil},
		{RetryOverlap, Schedule, "the next attempt starts by itself while this one is still being answered", "does its work twice side by side", nil, nil},

		{JWKSError, API, "the JWKS answers with this status", "loses results while it cannot fetch keys", params(failure(503)), nil},
		{JWKSSlow, API, "the JWKS answers late, in real time", "has no timeout of its own", params(bySocket("5s", "how late")), nil},
		{JWKSEmpty, API, "the JWKS has no key", "throws away the keys that it had", nil, nil},
		{JWKSStale, API, "the JWKS does not have the newest key", "gives up on a kid that it will find a minute later", nil, nil},
		{JWKSMalformed, API, "the JWKS is no JSON", "breaks instead of keeping the keys that it had", nil, nil},
		{APIError, API, "a route answers with an error, in the vendor's wording", "does not handle the vendor's errors", params(route, failure(500), Param{"code", Text, "", "the vendor's code; by the status when empty, as the status is by it when that is absent", 0, 100}), nil},
		{APISlow, API, "a route answers late, in real time", "has no timeout of its own", params(route, bySocket("5s", "how late")), nil},
		{APIReset, API, "a route resets the connection instead of answering", "does not handle a connection that breaks", params(route), nil},
	}
}

// EveryVendor lists the faults that the engine makes, and so every vendor has.
func EveryVendor() []string {
	var names []string
	for _, s := range All() {
		if s.Stage == Wire || s.Stage == Schedule || s.Name == Chunked || s.Name == ContentType {
			names = append(names, s.Name)
		}
	}
	return names
}

// Find returns the row of a name, and whether there is one.
func Find(name string) (Spec, bool) {
	all := All()
	i := slices.IndexFunc(all, func(s Spec) bool { return s.Name == name })
	if i < 0 {
		return Spec{}, false
	}
	return all[i], true
}
