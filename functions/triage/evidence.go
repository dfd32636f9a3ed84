package triage

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
)

// evidence is how strongly a finding type by itself suggests a compromise.
type evidence string

const (
	strong   evidence = "strong"   // malware, miners, command and control, exfiltration
	moderate evidence = "moderate" // an attacker's technique was observed
	weak     evidence = "weak"     // unusual, but often harmless
)

// byPurpose is the evidence by threat purpose, so that it also covers types that
// GuardDuty adds later. A purpose that is not listed is weak evidence.
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

// byName overrides byPurpose for single types. The names are without the affected
// resource and the artifact.
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
