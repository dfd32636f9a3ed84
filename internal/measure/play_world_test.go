package measure_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simtime"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/protection"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	table  = "quarantine"
	caller = "measures" // who makes the calls that faults hit
	open   = "sg-00000000000000001"
	other  = "sg-00000000000000002"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// world is an account with one instance, the ledger, a measure, and virtual time.
type world struct {
	scenario
	clock    *simtime.Scheduler
	account  *account.Account
	cloud    *ec2.Client
	book     *ledger.Ledger
	measure  measure.Measure
	instance string
	vpc      string
	rand     *rand.Rand
	things   []quarantine.Hold
	before   map[string]map[string]string // by thing and part
	hands    map[string]time.Time         // when a hand changed a thing last
	looking  bool                         // the test itself reads: that takes no time
	mended   bool                         // nothing goes wrong any more
	writers  int
	problems []string
}

func newWorld(s scenario) *world {
	w := &world{
		scenario: s, clock: simtime.New(noon), rand: rand.New(rand.NewPCG(7, s.Seed)),
		before: map[string]map[string]string{}, hands: map[string]time.Time{},
	}
	w.clock.Shuffle(w.rand.IntN)
	w.account = account.New(account.Options{Clock: w.clock, Latency: w.latency})
	w.grow()
	w.cloud, w.book = ec2.New(w.account.EC2()), ledger.New(w.account.DynamoDB(), table)
	w.book.Clock = w.clock
	if w.measure = (protection.Measure{Instances: w.cloud}); s.Groups {
		w.measure = securitygroup.Measure{Network: w.cloud, Ledger: w.book}
	}
	return w
}

// grow makes an instance with two interfaces and two volumes, and the table.
func (w *world) grow() {
	w.vpc = w.account.AddVPC(account.VPC{})
	subnet := w.account.AddSubnet(account.Subnet{VPC: w.vpc, CIDR: "10.0.1.0/24"})
	for _, id := range []string{open, other} {
		w.account.AddSecurityGroup(account.SecurityGroup{ID: id, VPC: w.vpc, Egress: []account.Rule{{Source: "0.0.0.0/0"}}})
	}
	w.instance = w.account.AddInstance(account.Instance{
		Volumes: []account.Volume{{}, {}},
		Interfaces: []account.Interface{
			{Subnet: subnet, PrivateIP: "10.0.1.10", Groups: []string{open}},
			{Subnet: subnet, PrivateIP: "10.0.1.11", Groups: []string{open, other}},
		},
	})
	w.account.AddTable(table, "pk", "sk")
}

// latency is how long a call takes: most take a moment, and slow ones up to a hundred seconds.
func (w *world) latency(string, string) time.Duration {
	d := time.Duration(20+w.rand.IntN(200)) * time.Millisecond
	switch {
	case w.looking:
		return 0
	case !w.mended && w.rand.IntN(1000) < w.Slow:
		return time.Duration(w.rand.IntN(100_000)) * time.Millisecond
	default:
		return d
	}
}

// look reads a thing as it is now, in no time.
func (w *world) look(h quarantine.Hold) map[string]string {
	defer func(was bool) { w.looking = was }(w.looking)
	w.looking = true
	now, err := w.measure.Look(context.Background(), h)
	if err != nil {
		panic(err)
	}
	return now.Parts
}

// closed is how a thing is to be while it is held.
func (w *world) closed(h quarantine.Hold) map[string]string {
	if w.Groups {
		defer func(was bool) { w.looking = was }(w.looking)
		w.looking = true
		id, _, err := w.book.Made(context.Background(), w.measure.Info().Name, w.resource(0), w.vpc)
		if err != nil {
			panic(err)
		}
		return map[string]string{"groups": id}
	}
	want := map[string]string{"termination": "true", "stop": "true", "shutdown": "stop"}
	for part := range w.before[h.Thing] {
		if strings.HasPrefix(part, "volume:") {
			want[part] = "false"
		}
	}
	return want
}

// resource is what an incident is about: the first and the third are about the same one,
// and the second about one of another kind, which has a lock of its own, with the same things.
func (w *world) resource(incident int) quarantine.Resource {
	r := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: w.account.ID(), Region: w.account.Region(), ID: w.instance}
	if incident == 1 {
		r.Kind = "other"
	}
	return r
}

func (w *world) claim(incident int, owner string) quarantine.Claim {
	return quarantine.Claim{Incident: fmt.Sprintf("inc-%d", incident), Resource: w.resource(incident), Owner: owner}
}

// lock takes the lock for an incident, as the state machine does, once it is free.
func (w *world) lock(incident int, owner string) bool {
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	_, err := w.account.DynamoDB().UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
		TableName:                aws.String(table),
		Key:                      map[string]types.AttributeValue{"pk": text(quarantine.LockKey(w.resource(incident))), "sk": text("LOCK")},
		UpdateExpression:         aws.String("SET incident = :i, #o = :o, #s = :s"),
		ConditionExpression:      aws.String("attribute_not_exists(incident)"),
		ExpressionAttributeNames: map[string]string{"#o": "owner", "#s": "status"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":i": text(fmt.Sprintf("inc-%d", incident)), ":o": text(owner), ":s": text(string(quarantine.StatusContained)),
		},
	})
	return err == nil
}

func (w *world) problem(format string, args ...any) {
	w.problems = append(w.problems, fmt.Sprintf("%s: ", w.clock.Now().Sub(noon))+fmt.Sprintf(format, args...))
}

// differs says which parts are not as they should be, or "".
func differs(now, want map[string]string) string {
	var out []string
	for _, part := range slices.Sorted(maps.Keys(want)) {
		if now[part] != want[part] {
			out = append(out, fmt.Sprintf("%s is %q, not %q", part, now[part], want[part]))
		}
	}
	return strings.Join(out, ", ")
}
