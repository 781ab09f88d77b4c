package uip

import "time"

// IdentifyData is what a trigger can say about an identification.
type IdentifyData struct {
	Intent        string   `json:"intent,omitempty"`        // Shown to the person. The default is "Sign in".
	RequestedData []string `json:"requestedData,omitempty"` // name, birthdate, country. The default is all.
	Person        string   `json:"person,omitempty"`        // A UIP ID. The default is user_test.
	// Status is how it ends; StatusPending leaves it open. The default is
	// StatusCompleted.
	Status Status `json:"status,omitempty"`
}

// SignData is what a trigger can say about a signature.
type SignData struct {
	Intent               string `json:"intent,omitempty"`               // Shown to the person. The default is "Sign".
	SignatureInformation string `json:"signatureInformation,omitempty"` // What is signed. The default is "I agree."
	Person               string `json:"person,omitempty"`               // A UIP ID. The default is user_test.
	// Status is how it ends; StatusPending leaves it open. The default is
	// StatusSigned.
	Status Status `json:"status,omitempty"`
}

// MessageData is what a trigger can say about a message.
type MessageData struct {
	Intent            string     `json:"intent,omitempty"`            // The subject. The default is "Message".
	Message           string     `json:"message,omitempty"`           // The default is "Please sign."
	Priority          string     `json:"priority,omitempty"`          // LOW, MEDIUM, HIGH, EXTREME. The default is MEDIUM.
	ReceiverUIP       string     `json:"receiverUip,omitempty"`       // A UIP ID. The default is user_test.
	SignatureRequired *bool      `json:"signatureRequired,omitempty"` // The default is true. Other messages send nothing.
	SignatureExpiry   *time.Time `json:"signatureExpiry,omitempty"`   // The default is in 7 days.
	// Status is how it ends; StatusPending leaves it open. The default is
	// StatusSigned, or StatusDelivered when no signature is required.
	Status Status `json:"status,omitempty"`
}
