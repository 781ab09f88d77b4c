package uqudo

import "strings"

// deviceAttestation is what the SDK found out about the phone. It has neither
// a score nor a level of risk.
type deviceAttestation struct {
	Risk deviceRisk `json:"risk"`
	Info deviceInfo `json:"info"`
}

// deviceRisk lists the risks that Uqudo's page on device attestation names for
// mobile devices.
type deviceRisk struct {
	ApplicationStore         string `json:"applicationStore"` // where the app came from
	Debugging                bool   `json:"debugging"`
	Hooking                  bool   `json:"hooking"`
	DeviceMasked             bool   `json:"deviceMasked"`
	Emulated                 bool   `json:"emulated"`
	Rooted                   bool   `json:"rooted"`
	Proxy                    bool   `json:"proxy"`
	GPSSpoofers              bool   `json:"gpsSpoofers"`
	ScreenSharing            bool   `json:"screenSharing"`
	VPNRunning               bool   `json:"vpnRunning"`
	SuspiciousFactoryReset   bool   `json:"suspiciousFactoryReset"`
	SDKConnectionIntercepted bool   `json:"sdkConnectionIntercepted"`
	PayloadTampered          bool   `json:"payloadTampered"`
}

// deviceInfo describes the phone, in lower case where the source is not.
type deviceInfo struct {
	Identifier      string     `json:"identifier"` // 32 hexadecimal digits
	Platform        string     `json:"platform"`   // ANDROID or IOS
	Manufacturer    string     `json:"manufacturer"`
	Model           string     `json:"model"`
	Version         string     `json:"version"`
	CPUArchitecture string     `json:"cpuArchitecture"`
	Timezone        string     `json:"timezone"` // hours from UTC, a string on the wire
	UserAgent       string     `json:"userAgent"`
	IPInfo          []ipInfo   `json:"ipInfo"`
	GPSCoordinates  []struct{} `json:"gpsCoordinates"` // empty: what one looks like is not known
}

type ipInfo struct {
	IP          string `json:"ip"`
	CountryCode string `json:"countryCode"`
}

func (m *resultMaker) deviceAttestation(phone device) *deviceAttestation {
	risk := deviceRisk{ApplicationStore: phone.store}
	if m.Profile == ProfileRiskyDevice {
		// All that the page calls a high risk, but for the store.
		risk.Debugging, risk.Hooking, risk.Emulated, risk.Rooted = true, true, true, true
		risk.Proxy, risk.SDKConnectionIntercepted, risk.PayloadTampered = true, true, true
	}
	return &deviceAttestation{
		Risk: risk,
		Info: deviceInfo{
			Identifier:      phone.identifier,
			Platform:        strings.ToUpper(phone.platform),
			Manufacturer:    strings.ToLower(phone.manufacturer),
			Model:           strings.ToLower(phone.model),
			Version:         phone.version,
			CPUArchitecture: phone.architecture,
			Timezone:        phone.timezone,
			UserAgent:       "SyntheticApp/1",
			IPInfo:          []ipInfo{{IP: phone.ip, CountryCode: phone.country}},
			GPSCoordinates:  []struct{}{},
		},
	}
}
