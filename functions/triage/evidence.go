package triage

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
)

// evidence is how much a finding type by itself says about a compromise.
type evidence string

const (
	strong   evidence = "strong"   // malware, miners, command and control, exfiltration
	moderate evidence = "moderate" // an attacker's technique, seen
	weak     evidence = "weak"     // unusual, and often innocent
)

// byPurpose judges by threat purpose, so that a type that GuardDuty adds
// tomorrow has an answer too. A purpose that is not here is weak evidence.
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html
var byPurpose = map[string]evidence{
	"AttackSequence":      strong,
	"Backdoor":            strong,
	"CryptoCurrency":      strong,
	"Exfiltration":        strong,
	"Trojan":              strong,
	"CredentialAccess":    moderate,
	"DefenseEvasion":      moderate,
	"Execution":           moderate,
	"Impact":              moderate,
	"Persistence":         moderate,
	"PrivilegeEscalation": moderate,
	"UnauthorizedAccess":  moderate,
}

// byName are the types that say more or less than their purpose, without the
// affected resource and the artifact.
var byName = map[string]evidence{
	"DefenseEvasion:UnusualDNSResolver":         weak,
	"DefenseEvasion:UnusualDoHActivity":         weak,
	"DefenseEvasion:UnusualDoTActivity":         weak,
	"Execution:MaliciousFile":                   strong,
	"Execution:MaliciousFileExecuted":           strong,
	"Execution:NewBinaryExecuted":               weak,
	"Execution:NewLibraryLoaded":                weak,
	"Execution:ReverseShell":                    strong,
	"Execution:SuspiciousShellCreated":          weak,
	"Impact:BitcoinDomainRequest.Reputation":    strong,
	"Impact:CryptoMinerExecuted":                strong,
	"Impact:SuspiciousDomainRequest.Reputation": weak,
}

func evidenceOf(findingType string) evidence {
	purpose := guardduty.Purpose(findingType)
	_, name, _ := strings.Cut(findingType, "/")
	name, _, _ = strings.Cut(name, "!")
	if e, ok := byName[purpose+":"+name]; ok {
		return e
	}
	if e, ok := byPurpose[purpose]; ok {
		return e
	}
	return weak
}
