package uqudo

import "strconv"

// device is the phone that a session was made with. No maker has built it.
type device struct {
	platform, version, manufacturer, model, architecture, store string
	identifier                                                  string
	ip, country, timezone                                       string
}

// device invents the phone of the session's user: the same for all sessions of
// a seed. The address is one of those reserved for documentation (RFC 5737).
func (m *resultMaker) device() device {
	d := m.holder.Dice("device")
	phone := []device{
		{platform: "Android", version: "15", manufacturer: "acme", model: "AC-1000"},
		{platform: "Android", version: "14", manufacturer: "acme", model: "AC-900"},
		{platform: "Android", version: "16", manufacturer: "initech", model: "TPS-7"},
		{platform: "iOS", version: "26.1", manufacturer: "apple", model: "iphone0,1"},
		{platform: "iOS", version: "18.6", manufacturer: "apple", model: "iphone0,2"},
	}[d.N(5)]
	phone.architecture, phone.store = "aarch64", "com.android.vending"
	if phone.platform == "iOS" {
		phone.architecture, phone.store = "arm64", "receipt"
	}
	phone.identifier = d.Hex(32)
	network := []string{"192.0.2.", "198.51.100.", "203.0.113."}[d.N(3)]
	phone.ip = network + strconv.Itoa(1+d.N(254))
	place := []struct{ country, timezone string }{{"AE", "4"}, {"KE", "3"}, {"SD", "2"}}[d.N(3)]
	phone.country, phone.timezone = place.country, place.timezone
	return phone
}

// sourceInfo says what the session was made with.
type sourceInfo struct {
	SDKType            string `json:"sdkType"`
	SDKVersion         string `json:"sdkVersion"`
	SourceIP           string `json:"sourceIp"`
	DevicePlatform     string `json:"devicePlatform"`
	DeviceVersion      string `json:"deviceVersion"`
	DeviceManufacturer string `json:"deviceManufacturer"`
	DeviceModel        string `json:"deviceModel"`
}

func (d device) source() sourceInfo {
	return sourceInfo{
		SDKType:            "KYC_MOBILE",
		SDKVersion:         "3.10.0",
		SourceIP:           d.ip,
		DevicePlatform:     d.platform,
		DeviceVersion:      d.version,
		DeviceManufacturer: d.manufacturer,
		DeviceModel:        d.model,
	}
}
