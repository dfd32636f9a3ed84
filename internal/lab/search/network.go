package search

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

const (
	accountID = "111122223333"
	region    = "eu-west-1"
)

// subnet is one of the network's subnets, in the first or the second VPC, under the VPC's
// default ACL or another one.
type subnet struct{ vpc, other int }

// The network: shared subnets, hosts with interfaces in two of them, two VPCs.
var (
	subnets = []subnet{{0, 0}, {0, 0}, {0, 1}, {0, 0}, {1, 0}, {1, 1}}
	hosts   = [][]int{{0}, {0}, {1}, {0, 1}, {2}, {4}, {4, 5}}
)

func vpcID(vpc int) string      { return fmt.Sprintf("vpc-%017x", vpc+1) }
func subnetID(n int) string     { return fmt.Sprintf("subnet-%017x", n+1) }
func hostID(n int) string       { return fmt.Sprintf("i-%017x", n+1) }
func otherACL(vpc int) string   { return fmt.Sprintf("acl-%017x", 10+vpc) }
func denyingACL(vpc int) string { return fmt.Sprintf("acl-%017x", 20+vpc) }
func address(subnet, host int) string {
	return fmt.Sprintf("10.%d.%d.%d", subnets[subnet].vpc, subnet, 10+host)
}

// subnetsOf returns the IDs of the subnets in which a host has interfaces.
func subnetsOf(host int) (ids []string) {
	for _, n := range hosts[host] {
		ids = append(ids, subnetID(n))
	}
	return ids
}

// grow creates the network in a new account.
func grow(o account.Options) *account.Account {
	o.AccountID, o.Region = accountID, region
	a := account.New(o)
	everything := []account.ACLRule{{Number: 100, Allow: true}, {Number: 100, Allow: true, Egress: true}}
	for vpc := range 2 {
		a.AddVPC(account.VPC{ID: vpcID(vpc), CIDRs: []string{fmt.Sprintf("10.%d.0.0/16", vpc)}})
		a.AddACL(account.ACL{ID: otherACL(vpc), VPC: vpcID(vpc), Rules: everything})
		a.AddACL(account.ACL{ID: denyingACL(vpc), VPC: vpcID(vpc)})
	}
	for n, s := range subnets {
		made := account.Subnet{ID: subnetID(n), VPC: vpcID(s.vpc), CIDR: fmt.Sprintf("10.%d.%d.0/24", s.vpc, n)}
		if s.other == 1 {
			made.ACL = otherACL(s.vpc)
		}
		a.AddSubnet(made)
	}
	for host, in := range hosts {
		i := account.Instance{ID: hostID(host), Volumes: []account.Volume{{}}}
		for _, n := range in {
			i.Interfaces = append(i.Interfaces, account.Interface{Subnet: subnetID(n), PrivateIP: address(n, host)})
		}
		a.AddInstance(i)
	}
	return a
}

// widen gives hosts roles and groups. Hosts 0, 1 and 4 share a role, and 0, 3 and 4 are in groups
// that have room for what comes back.
func widen(a *account.Account) {
	for name, of := range map[string][]int{"web": {0, 1, 4}, "batch": {3}} {
		a.AddRole(account.Role{Name: name})
		for _, host := range of {
			a.SetProfile(hostID(host), a.ProfileARN(name))
		}
	}
	a.AddGroup(account.ScalingGroup{Name: "front", Max: 20, Instances: []string{hostID(0), hostID(4)}})
	a.AddGroup(account.ScalingGroup{Name: "back", Max: 20, Instances: []string{hostID(3)}})
}

// role is the name of a host's role, "" if it has none.
func role(a *account.Account, host int) string { return a.InstanceRoles()[hostID(host)] }

// kinds are the kinds of findings about one host: type, severity, and additionalInfo.
var kinds = map[string]struct {
	findingType string
	severity    float64
	more        string
	accuses     bool
}{
	"miner":  {"CryptoCurrency:EC2/BitcoinTool.B!DNS", 8, `{}`, true},
	"medium": {"Trojan:EC2/DropPoint!DNS", 5, `{}`, true},
	"probe":  {"Recon:EC2/PortProbeUnprotectedPort", 2, `{}`, false},
	"sample": {"CryptoCurrency:EC2/BitcoinTool.B!DNS", 8, `{"sample":true}`, false},
}

// event is the EventBridge event for a step.
func event(s Step) simulate.Event {
	name := fmt.Sprintf("%s-%d-of-%s", s.Kind, s.Number, strings.Join(strings.Fields(strings.Trim(fmt.Sprint(s.Hosts), "[]")), "-"))
	switch {
	case s.Kind == "malformed":
		return simulate.Event{Name: name, Body: fmt.Appendf(nil, `{"source":"aws.guardduty","detail-type":"GuardDuty Finding","id":%q,"detail":{}}`, name)}
	case len(s.Hosts) > 1:
		return simulate.Event{Name: name, Body: sequence(name, s.Hosts)}
	}
	return simulate.Event{Name: name, Body: finding(name, s.Kind, s.Hosts[0], s.Number%3 == 0)}
}

const envelope = `{"version":"0","id":%[1]q,"source":"aws.guardduty","detail-type":"GuardDuty Finding","account":"` + accountID + `","region":"` + region + `",
	"time":"2026-03-04T05:06:07Z","resources":[],"detail":{"schemaVersion":"2.0","accountId":"` + accountID + `","region":"` + region + `","partition":"aws",
	"id":%[1]q,"type":%[2]q,"severity":%[3]g,"title":"title","description":"description","createdAt":"2026-03-04T05:00:00Z","updatedAt":"2026-03-04T05:06:00Z",
	"resource":%[4]s,"service":{"serviceName":"guardduty","count":1,"archived":false,"additionalInfo":%[5]s,%[6]s}}}`

// finding is about one host; its activity is over, or it does not say when it was seen last.
func finding(name, kind string, host int, over bool) []byte {
	var interfaces []string
	for _, n := range hosts[host] {
		interfaces = append(interfaces, fmt.Sprintf(`{"vpcId":%q,"subnetId":%q}`, vpcID(subnets[n].vpc), subnetID(n)))
	}
	k := kinds[kind]
	return fmt.Appendf(nil, envelope, name, k.findingType, k.severity,
		fmt.Sprintf(`{"resourceType":"Instance","instanceDetails":{"instanceId":%q,"networkInterfaces":[%s]}}`, hostID(host), strings.Join(interfaces, ",")),
		k.more, seenLast(over)+`"resourceRole":"TARGET","action":{"actionType":"DNS_REQUEST","dnsRequestAction":{"domain":"pool.example"}}`)
}

// seenLast is a time before the scenarios begin, and so before every release.
func seenLast(over bool) string {
	if !over {
		return ""
	}
	return `"eventLastSeen":"2026-03-04T05:00:00Z",`
}

// sequence is an attack sequence, which does not name its hosts' subnets.
func sequence(name string, of []int) []byte {
	var resources []string
	for _, host := range of {
		resources = append(resources, fmt.Sprintf(`{"uid":"arn:aws:ec2:%s:%s:instance/%s","resourceType":"EC2_INSTANCE","accountId":%q,"region":%q,"data":{"ec2Instance":{}}}`,
			region, accountID, hostID(host), accountID, region))
	}
	return fmt.Appendf(nil, envelope, name, "AttackSequence:EC2/CompromisedInstanceGroup", 9.0, `{"resourceType":"AttackSequence"}`, `{}`,
		fmt.Sprintf(`"detection":{"sequence":{"uid":"u","description":"d","resources":[%s],"signals":[]}}`, strings.Join(resources, ",")))
}

// accuses returns the hosts that may be isolated because of a step's finding.
func accuses(s Step) []int {
	if s.Do == DoFind && s.Kind != "malformed" && (len(s.Hosts) > 1 || kinds[s.Kind].accuses) {
		return s.Hosts
	}
	return nil
}
