package guardduty_test

import (
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestSideOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                            string
		findingType, role, dir, actions string
		want                            guardduty.Side
	}{
		{"a miner acts, though its role is TARGET", "CryptoCurrency:EC2/BitcoinTool.B!DNS", "TARGET", "", "DNS_REQUEST", guardduty.Actor},
		{"a Tor relay acts", "UnauthorizedAccess:EC2/TorRelay", "TARGET", "INBOUND", "NETWORK_CONNECTION", guardduty.Actor},
		{"a reverse shell acts", "Execution:Runtime/ReverseShell", "TARGET", "", "", guardduty.Actor},
		{"a port scan goes out", "Recon:EC2/Portscan", "ACTOR", "OUTBOUND", "", guardduty.Actor},
		{"a probed host is attacked", "Recon:EC2/PortProbeUnprotectedPort", "TARGET", "", "PORT_PROBE", guardduty.Target},
		{"whatever its role", "Recon:EC2/PortProbeEMRUnprotectedPort", "ACTOR", "OUTBOUND", "", guardduty.Target},
		{"brute force comes in", "UnauthorizedAccess:EC2/SSHBruteForce", "TARGET", "INBOUND", "", guardduty.Target},
		{"brute force goes out", "UnauthorizedAccess:EC2/RDPBruteForce", "ACTOR", "OUTBOUND", "", guardduty.Actor},
		{"the role alone is enough", "Impact:EC2/WinRMBruteForce", "ACTOR", "UNKNOWN", "", guardduty.Actor},
		{"the direction alone is enough", "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "", "INBOUND", "", guardduty.Target},
		{"a contradiction is left open", "UnauthorizedAccess:EC2/SSHBruteForce", "TARGET", "OUTBOUND", "", guardduty.Unclear},
		{"nothing said is left open", "UnauthorizedAccess:EC2/SSHBruteForce", "", "", "", guardduty.Unclear},
		{"a new backdoor acts", "Backdoor:EC2/C&CActivity.Z!DNS", "TARGET", "INBOUND", "", guardduty.Actor},
		{"a new miner acts", "CryptoCurrency:Runtime/New", "TARGET", "", "", guardduty.Actor},
		{"a new trojan acts", "Trojan:EC2/New", "TARGET", "", "", guardduty.Actor},
		{"new reconnaissance is suffered", "Recon:EC2/New", "TARGET", "", "", guardduty.Target},
		{"unless it goes out", "Recon:EC2/New", "TARGET", "OUTBOUND", "", guardduty.Actor},
		{"a new kind of access goes by its traffic", "UnauthorizedAccess:EC2/New", "TARGET", "INBOUND", "", guardduty.Target},
		{"a look-up is made by the instance", "UnauthorizedAccess:EC2/New", "TARGET", "", "DNS_REQUEST", guardduty.Actor},
		{"the role TARGET alone says nothing", "Stealth:EC2/New", "TARGET", "", "", guardduty.Unclear},
		{"an unknown purpose goes by its traffic", "Canary:EC2/Stateless.IntegTest", "TARGET", "OUTBOUND", "", guardduty.Actor},
		{"a group of instances acts", "AttackSequence:EC2/CompromisedInstanceGroup", "", "", "", guardduty.Actor},
		{"credentials say nothing of the instance", "AttackSequence:IAM/CompromisedCredentials", "", "", "", guardduty.Unclear},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			side, why := guardduty.SideOf(quarantine.Finding{Type: c.findingType, Role: c.role, Direction: c.dir, ActionType: c.actions})
			if side != c.want || why == "" {
				t.Errorf("%s (%s), want %s", side, why, c.want)
			}
		})
	}
}

func TestNoTypeIsListedForTwoSides(t *testing.T) {
	t.Parallel()
	types := guardduty.KnownTypes()
	if len(types) < 90 || len(slices.Compact(slices.Clone(types))) != len(types) {
		t.Errorf("%d types, %d of them different", len(types), len(slices.Compact(types)))
	}
}
