package guardduty

import (
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Side is the part that an instance plays in a finding.
type Side string

// The instance acts, is acted against, or the finding does not tell.
const (
	Actor   Side = "actor"
	Target  Side = "target"
	Unclear Side = "unclear"
)

// Values of resourceRole, connectionDirection and actionType:
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Service.html
const (
	roleActor       = "ACTOR"
	roleTarget      = "TARGET"
	inbound         = "INBOUND"
	outbound        = "OUTBOUND"
	actionDNS       = "DNS_REQUEST"
	actionPortProbe = "PORT_PROBE"
)

// SideOf returns the side of the finding's instance and the reason, worded as the
// end of a sentence. The finding type decides, not resourceRole: the DNS request of a
// cryptocurrency miner has the role TARGET. A type that is not in the tables here is
// judged by its threat purpose and, if that does not tell, by its traffic.
func SideOf(f quarantine.Finding) (Side, string) {
	switch {
	case slices.Contains(actorTypes, f.Type):
		return Actor, "which is what this finding type means"
	case slices.Contains(targetTypes, f.Type):
		return Target, "which is what this finding type means"
	case slices.Contains(eitherTypes, f.Type):
		return byRole(f)
	}
	return unknownType(f)
}

// sideIsKnown tells whether the finding type alone decides the side.
func sideIsKnown(findingType string) bool {
	return slices.Contains(actorTypes, findingType) || slices.Contains(targetTypes, findingType)
}

// byRole decides the types in which the instance can be on either side; for these
// GuardDuty sets the role accordingly. If the direction contradicts the role, the
// side is Unclear.
func byRole(f quarantine.Finding) (Side, string) {
	said := "going by role " + orNone(f.Role) + " and direction " + orNone(f.Direction)
	acts := f.Role == roleActor || f.Direction == outbound
	attacked := f.Role == roleTarget || f.Direction == inbound
	switch {
	case acts && !attacked:
		return Actor, said
	case attacked && !acts:
		return Target, said
	default:
		return Unclear, said
	}
}

// purposes are the threat purposes that mean that the instance acts:
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html
var purposes = []string{
	"Backdoor", "Behavior", "CryptoCurrency", "DefenseEvasion", "Discovery", "Execution",
	"Exfiltration", "Impact", "Persistence", "PrivilegeEscalation", "Trojan",
}

// unknownType judges a type that is not in the tables.
func unknownType(f quarantine.Finding) (Side, string) {
	purpose := Purpose(f.Type)
	if slices.Contains(purposes, purpose) {
		return Actor, "going by the threat purpose " + purpose + " of a type not on record"
	}
	side := byTraffic(f)
	if purpose == "Recon" && side != Actor {
		return Target, "going by the threat purpose Recon of a type not on record"
	}
	return side, "going by the traffic of a type not on record"
}

// byTraffic judges by who opened the connection. Of the roles only ACTOR counts:
// GuardDuty gives TARGET to acting instances, too.
func byTraffic(f quarantine.Finding) Side {
	switch {
	case f.Direction == inbound || f.ActionType == actionPortProbe:
		return Target
	case f.Direction == outbound || f.ActionType == actionDNS || f.Role == roleActor:
		return Actor
	default:
		return Unclear
	}
}

// Purpose returns the threat purpose of a finding type: Backdoor for Backdoor:EC2/Spambot.
func Purpose(findingType string) string {
	purpose, _, _ := strings.Cut(findingType, ":")
	return purpose
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}
