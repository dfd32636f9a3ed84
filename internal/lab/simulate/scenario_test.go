package simulate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

const (
	vpc     = "vpc-0a000000000000001"
	subnetA = "subnet-0a00000000000000a"
	subnetB = "subnet-0b00000000000000b"
	subnetC = "subnet-0c00000000000000c" // empty, like subnetD
	subnetD = "subnet-0d00000000000000d"
	hostA   = "i-0a00000000000000a"
	hostB   = "i-0b00000000000000b"
	hostA2  = "i-0a00000000000000c" // in subnetA, beside hostA
	hostAB  = "i-0ab0000000000000d" // in both subnets
)

// where maps the hosts to the subnets of their interfaces.
var where = map[string][]string{hostA: {subnetA}, hostB: {subnetB}, hostA2: {subnetA}, hostAB: {subnetA, subnetB}}

// When the findings below were sent, those of the demo, and those of gdtest: what is long over
// is not cut.
var (
	start        = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	demoStart    = time.Date(2026, 1, 15, 9, 30, 5, 0, time.UTC)
	fixtureStart = time.Date(2026, 1, 31, 12, 5, 5, 0, time.UTC)
)

// network is a VPC with four subnets under one ACL, and four hosts in two of them. Half of
// the subnets may be cut before the brake holds.
func network(o account.Options) (*account.Account, []simulate.Question, error) {
	o.AccountID, o.Region = "111122223333", "eu-west-1"
	a := account.New(o)
	a.AddVPC(account.VPC{ID: vpc, CIDRs: []string{"10.0.0.0/16"}})
	a.AddSubnet(account.Subnet{ID: subnetA, VPC: vpc, CIDR: "10.0.1.0/24"})
	a.AddSubnet(account.Subnet{ID: subnetB, VPC: vpc, CIDR: "10.0.2.0/24"})
	a.AddSubnet(account.Subnet{ID: subnetC, VPC: vpc, CIDR: "10.0.3.0/24"})
	a.AddSubnet(account.Subnet{ID: subnetD, VPC: vpc, CIDR: "10.0.4.0/24"})
	for n, host := range []string{hostA, hostB, hostA2, hostAB} {
		var enis []account.Interface
		for _, subnet := range where[host] {
			block := map[string]string{subnetA: "10.0.1", subnetB: "10.0.2"}[subnet]
			enis = append(enis, account.Interface{Subnet: subnet, PrivateIP: fmt.Sprintf("%s.%d", block, 10+n)})
		}
		a.AddInstance(account.Instance{ID: host, Interfaces: enis, Volumes: []account.Volume{{}, {ID: "vol" + host[1:]}}})
	}
	return a, nil, nil
}

// miner is a cryptocurrency finding about a host; number distinguishes findings.
func miner(host string, number int) simulate.Event {
	return event(host, number, "CryptoCurrency:EC2/BitcoinTool.B!DNS", 8, `"additionalInfo":{}`)
}

func event(host string, number int, findingType string, severity float64, service string) simulate.Event {
	interfaces := ""
	for i, subnet := range where[host] {
		if i > 0 {
			interfaces += ","
		}
		interfaces += fmt.Sprintf(`{"networkInterfaceId":"eni-0123456%d","vpcId":%q,"subnetId":%q}`, i, vpc, subnet)
	}
	body := fmt.Sprintf(`{"version":"0","id":"00000000-0000-0000-0000-%012d","source":"aws.guardduty","detail-type":"GuardDuty Finding",
		"account":"111122223333","region":"eu-west-1","time":"2026-03-04T05:06:07Z","resources":[],
		"detail":{"schemaVersion":"2.0","accountId":"111122223333","region":"eu-west-1","partition":"aws","id":"%032x","type":%q,
		"severity":%g,"title":"title","description":"description","createdAt":"2026-03-04T05:00:00Z","updatedAt":"2026-03-04T05:06:00Z",
		"resource":{"resourceType":"Instance","instanceDetails":{"instanceId":%q,"networkInterfaces":[%s]}},
		"service":{"serviceName":"guardduty","count":1,"archived":false,"resourceRole":"TARGET","action":{"actionType":"DNS_REQUEST","dnsRequestAction":{"domain":"pool.example"}},%s}}}`,
		number, number, findingType, severity, host, interfaces, service)
	return simulate.Event{Name: fmt.Sprint(host, "-", number), Body: []byte(body)}
}

// run simulates on the network and checks the invariants.
func run(t *testing.T, prepare func(*account.Account), events ...simulate.Event) *simulate.Report {
	t.Helper()
	return checked(t, simulate.Options{
		Events: events, Account: network, Policy: triage.DefaultPolicy(), Prepare: prepare, Start: start,
	}, world(prepare != nil, events...))
}

// path is the sequence of an execution's states.
func path(e history.Execution) string { return strings.Join(e.Path, " ") }

// end is the last state of an execution; "" if it entered none.
func end(e history.Execution) string {
	if len(e.Path) == 0 {
		return ""
	}
	return e.Path[len(e.Path)-1]
}

// sequence is an attack sequence about several hosts.
func sequence(hosts ...string) simulate.Event {
	var resources []string
	for _, h := range hosts {
		resources = append(resources, fmt.Sprintf(`{"uid":"arn:aws:ec2:eu-west-1:111122223333:instance/%s","resourceType":"EC2_INSTANCE","accountId":"111122223333","region":"eu-west-1","data":{"ec2Instance":{}}}`, h))
	}
	return simulate.Event{Name: "sequence", Body: fmt.Appendf(nil, `{"version":"0","id":"00000000-0000-0000-0000-0000000000aa","source":"aws.guardduty",
		"detail-type":"GuardDuty Finding","account":"111122223333","region":"eu-west-1","time":"2026-03-04T05:06:07Z","resources":[],
		"detail":{"schemaVersion":"2.0","accountId":"111122223333","region":"eu-west-1","partition":"aws","id":"%032x",
		"type":"AttackSequence:EC2/CompromisedInstanceGroup","severity":9,"title":"title","description":"description",
		"createdAt":"2026-03-04T05:00:00Z","updatedAt":"2026-03-04T05:06:00Z","resource":{"resourceType":"AttackSequence"},
		"service":{"serviceName":"guardduty","count":1,"archived":false,"additionalInfo":{},"detection":{"sequence":{"uid":"u","description":"d","resources":[%s],"signals":[]}}}}}`,
		170, strings.Join(resources, ","))}
}
