package simulate

import (
	"bytes"
	"embed"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

//go:embed demo/finding-*.json
var demoFindings embed.FS

// The demo's account: a VPC with a public subnet, in it a compromised web server on port
// 80, and neighbours that are not compromised.
const (
	demoAccount  = "111122223333"
	demoRegion   = "eu-west-1"
	demoVPC      = "vpc-0c0ffee0123456789"
	demoSubnet   = "subnet-0c0ffee0123456789"
	demoPrivate  = "subnet-0decaf00123456789"
	demoGroup    = "sg-0c0ffee0123456789"
	demoInstance = "i-0c0ffee0123456789"

	demoNeighbour = "i-0decaf0a123456789"
	demoDatabase  = "i-0decaf0b123456789"

	demoScaling = "web-pages"
	demoTag     = "aws:autoscaling:groupName" // which Auto Scaling puts on what is in a group
)

// Demo returns the demo's events: five GuardDuty findings about DNS requests for mining
// domains by one instance, all at once.
func Demo() ([]Event, error) {
	entries, err := demoFindings.ReadDir("demo")
	if err != nil {
		return nil, err
	}
	var events []Event
	for _, e := range entries {
		body, err := demoFindings.ReadFile("demo/" + e.Name())
		if err != nil {
			return nil, err
		}
		events = append(events, Event{Name: e.Name(), Body: body})
	}
	return events, nil
}

// DemoOfFleet returns the demo's events as they are about the web server of DemoFleet: GuardDuty shows
// the tag of its group.
func DemoOfFleet() ([]Event, error) {
	events, err := Demo()
	for i, e := range events {
		tag := fmt.Appendf(nil, `"tags": [{"key": %q, "value": %q},`, demoTag, demoScaling)
		events[i].Body = bytes.Replace(e.Body, []byte(`"tags": [`), tag, 1)
	}
	return events, err
}

// DemoAccount creates the demo's VPC in a new account.
func DemoAccount(o account.Options) (*account.Account, []Question, error) {
	a := demoNetwork(o)
	a.AddInstance(demoHost(demoInstance, "web-page", demoSubnet, "10.0.1.10", "203.0.113.10"))
	demoOthers(a)
	return a, demoQuestions(), nil
}

func demoNetwork(o account.Options) *account.Account {
	o.AccountID, o.Region = demoAccount, demoRegion
	a := account.New(o)
	a.AddVPC(account.VPC{ID: demoVPC, CIDRs: []string{"10.0.0.0/16"}})
	a.AddSubnet(account.Subnet{ID: demoSubnet, VPC: demoVPC, CIDR: "10.0.1.0/24"})
	a.AddSubnet(account.Subnet{ID: demoPrivate, VPC: demoVPC, CIDR: "10.0.2.0/24"})
	a.AddRoute(a.AddRouteTable(demoVPC, demoSubnet), "0.0.0.0/0", a.AddInternetGateway(demoVPC))
	a.AddSecurityGroup(account.SecurityGroup{ID: demoGroup, VPC: demoVPC, Name: "web",
		Ingress: []account.Rule{{Protocol: "tcp", From: 80, To: 80, Source: "0.0.0.0/0"}, {Source: "10.0.0.0/16"}},
		Egress:  []account.Rule{{Source: "0.0.0.0/0"}},
	})
	return a
}

// demoOthers are the neighbours, and what the web server has written to its console.
func demoOthers(a *account.Account) {
	a.AddInstance(demoHost(demoNeighbour, "neighbour", demoSubnet, "10.0.1.20", ""))
	a.AddInstance(demoHost(demoDatabase, "database", demoPrivate, "10.0.2.20", ""))
	a.SetConsoleOutput(demoInstance, "cloud-init: web page is up\nxmrig: pool.miner.example: new job\n")
}

// DemoFleet is the demo's account as it is shown: the web server is one of an Auto Scaling group, which
// has another subnet to launch into, and has a role, as has its neighbour.
func DemoFleet(o account.Options) (*account.Account, []Question, error) {
	a := demoNetwork(o)
	web := demoHost(demoInstance, "web-page", demoSubnet, "10.0.1.10", "203.0.113.10")
	web.Tags[demoTag] = demoScaling
	a.AddInstance(web)
	demoOthers(a)
	a.AddRole(account.Role{Name: "web-page"})
	a.SetPolicy("web-page", "orders", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::orders/*"}]}`)
	for _, id := range []string{demoInstance, demoNeighbour} {
		a.SetProfile(id, a.ProfileARN("web-page"))
	}
	a.AddGroup(account.ScalingGroup{Name: demoScaling, Instances: []string{demoInstance}, Subnets: []string{demoSubnet, demoPrivate}})
	return a, demoQuestions(), nil
}

// demoQuestions are about new connections, and about those that are open already.
func demoQuestions() (all []Question) {
	for _, q := range []Question{
		{From: "internet", To: "web page (tcp/80)", Packet: account.Packet{From: account.Internet, To: demoInstance, Port: 80}},
		{From: "web page", To: "internet (tcp/443)", Packet: account.Packet{From: demoInstance, To: account.Internet, Port: 443}},
		{From: "web page", To: "database, other subnet (tcp/5432)", Packet: account.Packet{From: demoInstance, To: demoDatabase, Port: 5432}},
		{From: "web page", To: "neighbour, same subnet (tcp/22)", Packet: account.Packet{From: demoInstance, To: demoNeighbour, Port: 22}},
		{From: "neighbour", To: "web page, same subnet (tcp/80)", Packet: account.Packet{From: demoNeighbour, To: demoInstance, Port: 80}},
	} {
		open := q
		open.Open = true
		all = append(all, q, open)
	}
	return append(all, Question{
		From: "web page", To: "the VPC's DNS resolver (udp/53)", Packet: account.Packet{From: demoInstance, To: account.Resolver, Protocol: "udp", Port: 53},
	})
}

func demoHost(id, name, subnet, private, public string) account.Instance {
	return account.Instance{
		ID: id, Image: "ami-0c0ffee0123456789", LaunchTime: time.Date(2026, 1, 15, 9, 2, 11, 0, time.UTC),
		Tags:       map[string]string{"Name": name},
		Interfaces: []account.Interface{{ID: "eni" + id[1:], Subnet: subnet, PrivateIP: private, PublicIP: public, Groups: []string{demoGroup}}},
		Volumes:    []account.Volume{{GiB: 8}, {GiB: 20, Encrypted: true}},
	}
}
