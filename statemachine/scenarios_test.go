package statemachine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	accounts "github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	q "github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	account     = "111122223333"
	region      = "eu-west-1"
	ledgerTable = "quarantine-ledger"

	// hosts of the demo's account, its VPC, and the subnet of the database.
	webPage   = "i-0c0ffee0123456789"
	neighbour = "i-0decaf0a123456789"
	vpc       = "vpc-0c0ffee0123456789"
	private   = "subnet-0decaf00123456789"
	public    = "subnet-0c0ffee0123456789" // of the web page
)

// scenario is a way through the definition.
type scenario struct {
	name, comment string
	event         json.RawMessage
	prepare       func(*accounts.Account)
	policy        string // what it says beside its version
	// items are in the recording's table at the start; the simulation that gives the answers has an empty one.
	items []map[string]map[string]any
	// keep are the starts of the keys of the answers that are asked for, where the items lead another way.
	keep []string
	pace float64
}

func scenarios(t *testing.T) []scenario {
	t.Helper()
	return []scenario{
		{name: "contained", comment: "The way to the cut, the news and the evidence.", event: miner(t), pace: 0.01},
		{name: "taken-over", comment: "Another execution holds the lock; its lease runs out, and this one takes over. The evidence is missing, so that nothing else waits.",
			event: miner(t), prepare: deny("CreateSnapshots"), items: lock("isolating", 4), pace: 1},
		{name: "joined", comment: "The instance is contained already: the finding joins the incident.",
			event: miner(t), items: lock("contained", -300), keep: []string{"triage"}, pace: 0.01},
		{name: "failed", comment: "The cut is denied: the lock is marked failed, and people are told.",
			event: miner(t), prepare: deny("ReplaceNetworkAclAssociation"), pace: 0.01},
		{name: "shared-network", comment: "Another account shares the network: people are told, and the further measures are taken all the same.",
			event: miner(t), prepare: func(a *accounts.Account) { a.ShareFrom("999900001111", vpc) }, pace: 0.01},
		{name: "released-meanwhile", comment: "The execution's own incident is released already: a new one takes the instance.",
			event: miner(t), prepare: released, pace: 0.01},
		{name: "over", comment: "The activity ended before the last incident was released: people are told, nothing is cut.",
			event: miner(t), prepare: releasedBefore, items: freed(nil), pace: 0.01},
		{name: "false-alarm", comment: "The type of finding was called a false alarm: a person is asked, and has been asked already.",
			event: replaced(t, `"eventLastSeen": "2026-01-15T09:21:00.000Z"`, `"eventLastSeen": "2026-01-15T09:28:00.000Z"`),
			items: append(freed(alarm()), question()...), keep: []string{"triage"}, pace: 0.01},
		{name: "braked", comment: "A limit of the policy is reached: the lock is freed, and a person has been asked already.",
			event: miner(t), prepare: quarantined, items: question(), keep: []string{"triage", "isolate"}, pace: 0.01},
		{name: "by-group", comment: "A NAT gateway is in the subnet, and the policy spares neighbours: the security group contains the instance by itself.",
			event: miner(t), prepare: natGateway, policy: "neighbours: {beyond: group}", pace: 0.01},
		{name: "observed", comment: "The policy has it observed: what would be cut is read, recorded and told.", event: miner(t), policy: "mode: observe", pace: 0.01},
		{name: "observed-as-ec2-shows", comment: "EC2 shows another VPC than the finding, which the policy has observed: the lock is given back.",
			event: replaced(t, vpc, "vpc-0e1f0000000000000"), policy: "mode: observe\nmodes: {vpcs: {vpc-0e1f0000000000000: act}}", pace: 0.01},
		{name: "evidence-failed", comment: "The cut stands, the evidence is missing.", event: miner(t), prepare: deny("CreateSnapshots"), pace: 0.01},
		{name: "untold", comment: "The cut stands, no channel takes the news.", event: miner(t), pace: 0.01,
			prepare: func(a *accounts.Account) {
				a.Inject(accounts.Fault{Service: "sns", Kind: accounts.Deny})
				a.Inject(accounts.Fault{Service: "slack", Kind: accounts.Deny})
			}},
		{name: "gone", comment: "The instance is gone.", event: replaced(t, webPage, "i-0dead000000000000"), pace: 0.01},
		{name: "told", comment: "A finding that people are told of.",
			event: replaced(t, "CryptoCurrency:EC2/BitcoinTool.B!DNS", "Behavior:EC2/TrafficVolumeUnusual", `"severity": 8`, `"severity": 5`), pace: 0.01},
		{name: "ignored", comment: "A finding that is recorded as ignored, with its reasons.",
			event: replaced(t, "CryptoCurrency:EC2/BitcoinTool.B!DNS", "Recon:EC2/PortProbeUnprotectedPort", `"severity": 8`, `"severity": 2`), pace: 0.01},
		{name: "malformed", comment: "An event that cannot be read reaches people.",
			event: json.RawMessage(`{"source":"aws.guardduty","detail-type":"GuardDuty Finding","detail":{}}`), pace: 0.01},
		{name: "fan-out", comment: "A finding of two instances starts an execution for each.", event: sequence(webPage, neighbour), pace: 0.01},
	}
}

// miner is the demo's first finding.
func miner(t *testing.T) json.RawMessage {
	t.Helper()
	events, err := simulate.Demo()
	if err != nil {
		t.Fatal(err)
	}
	return events[0].Body
}

// replaced is the demo's first finding with texts replaced.
func replaced(t *testing.T, pairs ...string) json.RawMessage {
	t.Helper()
	text := string(miner(t))
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the demo's finding has no %s", pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return json.RawMessage(text)
}

func deny(operation string) func(*accounts.Account) {
	return func(a *accounts.Account) { a.Inject(accounts.Fault{Operation: operation, Kind: accounts.Deny}) }
}

// quarantined puts one of the two subnets of the demo's VPC under quarantine: the
// other one would be more than the policy's share.
func quarantined(a *accounts.Account) {
	a.SwapACL(private, a.AddACL(accounts.ACL{VPC: vpc, Tags: map[string]string{q.TagProduct: q.Product}}))
}

// natGateway puts one into the subnet of the web page.
func natGateway(a *accounts.Account) {
	a.AddInterface(accounts.Interface{Subnet: public, PrivateIP: "10.0.1.250", Type: "nat_gateway", RequesterManaged: true,
		Description: "Interface for NAT Gateway nat-0c0ffee0123456789"})
}

// released has the incident that the first execution would open on record as
// released, as after a release between two runs of one execution.
func released(a *accounts.Account) {
	before(a, map[string]map[string]any{
		"pk": {"S": "INCIDENT#inc-20260115-a749daa8d1"}, "sk": {"S": "INCIDENT"}, "status": {"S": string(q.StatusReleased)},
	})
}

// releasedBefore has the lock as a release of before has left it.
func releasedBefore(a *accounts.Account) { before(a, freed(nil)[0]) }

// before puts an item of texts into the ledger before the first call to it.
func before(a *accounts.Account, texts map[string]map[string]any) {
	item := map[string]types.AttributeValue{}
	for name, value := range texts {
		item[name] = &types.AttributeValueMemberS{Value: fmt.Sprint(value["S"])}
	}
	a.Inject(accounts.Fault{Service: "dynamodb", Times: 1, Kind: accounts.Interfere, Do: func(accounts.Call) {
		if _, err := a.DynamoDB().PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String(ledgerTable), Item: item}); err != nil {
			panic(err)
		}
	}})
}

// question is one that another execution has put to a person about the web page.
func question() []map[string]map[string]any {
	return []map[string]map[string]any{{
		"pk": {"S": "RESOURCE#instance#" + account + "#" + region + "#" + webPage}, "sk": {"S": "QUESTION"},
		"owner": {"S": "another"}, "deadline": {"in": 3600},
	}}
}

// lock is a lock that another execution has on the web page, with a lease that ends some seconds after the start.
func lock(status string, lease int) []map[string]map[string]any {
	return []map[string]map[string]any{{
		"pk": {"S": "RESOURCE#instance#" + account + "#" + region + "#" + webPage}, "sk": {"S": "LOCK"},
		"incident": {"S": "inc-0000000000000000"}, "owner": {"S": "another"}, "status": {"S": status}, "leaseUntil": {"in": lease},
	}}
}

// freed is the lock of the web page after a release, some minutes before the findings came.
func freed(more map[string]map[string]any) []map[string]map[string]any {
	item := map[string]map[string]any{
		"pk": {"S": "RESOURCE#instance#" + account + "#" + region + "#" + webPage}, "sk": {"S": "LOCK"},
		"owner": {"S": "another"}, "status": {"S": "released"}, "lastReleased": {"S": "inc-0000000000000000"},
		"releasedAt": {"S": "2026-01-15T09:25:00.000Z"}, "releasedBy": {"S": "the person on call"}, "releasedIncident": {"S": "inc-0000000000000000"},
	}
	maps.Copy(item, more)
	return []map[string]map[string]any{item}
}

// alarm is what that person has said of the finding's type.
func alarm() map[string]map[string]any {
	return map[string]map[string]any{"falseAlarm#CryptoCurrency:EC2/BitcoinTool.B!DNS": {"M": map[string]map[string]string{
		"until": {"S": "2999-01-01T00:00:00.000Z"}, "by": {"S": "the person on call"}, "reason": {"S": "our own scanner"}, "incident": {"S": "inc-0000000000000000"},
	}}}
}

// sequence is an attack sequence over several hosts.
func sequence(hosts ...string) json.RawMessage {
	var resources []string
	for _, h := range hosts {
		resources = append(resources, fmt.Sprintf(`{"uid":"arn:aws:ec2:%s:%s:instance/%s","resourceType":"EC2_INSTANCE","accountId":"%[2]s","region":"%[1]s","data":{"ec2Instance":{}}}`, region, account, h))
	}
	return fmt.Appendf(nil, `{"version":"0","id":"00000000-0000-0000-0000-0000000000aa","source":"aws.guardduty",
		"detail-type":"GuardDuty Finding","account":%q,"region":%q,"time":"2026-01-15T09:30:00Z","resources":[],
		"detail":{"schemaVersion":"2.0","accountId":%[1]q,"region":%[2]q,"partition":"aws","id":"000000000000000000000000000000aa",
		"type":"AttackSequence:EC2/CompromisedInstanceGroup","severity":9,"title":"title","description":"description",
		"createdAt":"2026-01-15T09:20:00Z","updatedAt":"2026-01-15T09:30:00Z","resource":{"resourceType":"AttackSequence"},
		"service":{"serviceName":"guardduty","count":1,"archived":false,"additionalInfo":{},
		"detection":{"sequence":{"uid":"u","description":"d","resources":[%[3]s],"signals":[]}}}}}`, account, region, strings.Join(resources, ","))
}
