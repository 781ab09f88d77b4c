package uqudo

import "strings"

// documentTypeNames are the values of documentType in Uqudo's React Native SDK
// 3.8.0 and its web SDK 3.2.2, the last that could be read. Uqudo's list grows.
const documentTypeNames = `
BHR_ID GENERIC_ID KWT_ID OMN_ID PAK_ID PASSPORT SAU_ID UAE_ID UAE_DL UAE_VISA UAE_VL UAE_VL_PDF QAT_ID NLD_DL DEU_ID
SDN_ID SDN_DL SDN_VL GHA_ID NGA_DL NGA_VOTER_ID NGA_NIN GBR_DL SAU_DL ZAF_ID ZAF_DL EGY_ID RWA_ID KEN_ID GHA_DL
GHA_VOTER_ID GHA_SSNIT UGA_ID IND_ID OMN_ID_NATIONAL OMN_ID_RESIDENT SEN_ID UGA_VOTER_ID DZA_ID TUR_ID GBR_ID COD_DL
OMN_DL OMN_VL COD_VOTER_ID USA_DL QAT_DL BHR_DL PHL_DL RSL_ID IND_PAN SAU_ID_NATIONAL SAU_ID_RESIDENT NGA_BVN LBN_ID
LBN_DL MRZ IRQ_ID IDN_ID IRQ_ID_NATIONAL IRQ_ID_RESIDENT UAE_ID_DIGITAL QAT_VL UAE_PASSPORT_DIGITAL TUN_ID SOM_ID
BHR_VL JOR_VL SAU_VL QAT_ID_NATIONAL QAT_ID_RESIDENT KWT_ID_NATIONAL KWT_ID_RESIDENT MAR_ID`

// documentTypes returns the 74 document types that a session can be about.
func documentTypes() []string { return strings.Fields(documentTypeNames) }

// hasOwnShape says whether documents of a type have fields of their own here,
// machine-readable zone included. All others have the generic ones.
func hasOwnShape(documentType string) bool {
	switch documentType {
	case "PASSPORT", "UAE_ID", "SDN_ID", "KEN_ID", "GENERIC_ID", "MRZ":
		return true
	}
	return false
}
