// Package backtesttest makes findings of the past for tests, the same ones for the same seed.
package backtesttest

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
)

// AccountID and Region are the findings'.
const (
	AccountID = "111122223333"
	Region    = "eu-west-1"
)

// Begin is the day on which the first of them can be.
var Begin = time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)

const (
	days      = 90
	instances = 40
	vpcs      = 4
)

// Lines are so many findings as GuardDuty exports them to S3, one a line, over 90 days: most of a few
// instances, some archived, some in bursts of one hour, and some of no instance.
func Lines(seed uint64, n int) string {
	return strings.Join(lines(seed, n, Begin), "\n") + "\n"
}

// Recent are such findings of the last 90 days.
func Recent(seed uint64, n int) []string {
	return lines(seed, n, time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 1-days))
}

func lines(seed uint64, n int, begin time.Time) (out []string) {
	r := rand.New(rand.NewPCG(seed, seed))
	types := guardduty.KnownTypes()
	at := begin
	for i := range n {
		if i%8 > 4 { // a burst
			at = at.Add(time.Duration(r.IntN(4)) * time.Minute)
		} else {
			at = begin.Add(time.Duration(r.IntN(days*24*60)) * time.Minute)
		}
		line, err := json.Marshal(finding(r, i, types[r.IntN(len(types))], at))
		if err != nil {
			panic(err)
		}
		out = append(out, string(line))
	}
	return out
}

func finding(r *rand.Rand, i int, kind string, at time.Time) map[string]any {
	stamp := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
	service := map[string]any{
		"serviceName": "guardduty", "detectorId": "12abc34d567e8fa901bc2d34e56789f0", "resourceRole": []string{"TARGET", "ACTOR"}[r.IntN(2)],
		"archived": r.IntN(12) == 0, "count": 1 + int(math.Pow(10, 2*r.Float64())),
		"eventFirstSeen": stamp(at.Add(-6 * time.Minute)), "eventLastSeen": stamp(at.Add(time.Hour)),
		"action": map[string]any{"actionType": "NETWORK_CONNECTION", "networkConnectionAction": map[string]any{"connectionDirection": []string{"INBOUND", "OUTBOUND"}[r.IntN(2)]}},
	}
	return map[string]any{
		"schemaVersion": "2.0", "accountId": AccountID, "region": Region, "partition": "aws", "id": fmt.Sprintf("%032x", i+1),
		"arn":  fmt.Sprintf("arn:aws:guardduty:%s:%s:detector/12abc34d567e8fa901bc2d34e56789f0/finding/%032x", Region, AccountID, i+1),
		"type": kind, "severity": []float64{2, 5, 8, 8, 9}[r.IntN(5)], "title": kind, "description": kind,
		"createdAt": stamp(at), "updatedAt": stamp(at.Add(2 * time.Hour)), "service": service, "resource": resource(r, kind),
	}
}

// resource is an instance, fewer of which have most findings, or where the type is about none a key.
func resource(r *rand.Rand, kind string) map[string]any {
	if strings.Contains(kind, ":IAMUser/") || r.IntN(15) == 0 {
		return map[string]any{"resourceType": "AccessKey", "accessKeyDetails": map[string]any{
			"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "deploy", "userType": "IAMUser", "principalId": "AIDAEXAMPLE",
		}}
	}
	n := int(float64(instances) * r.Float64() * r.Float64())
	vpc := n % vpcs
	return map[string]any{"resourceType": "Instance", "instanceDetails": map[string]any{
		"instanceId": Instance(n), "instanceType": "m6i.large", "launchTime": "2025-12-01T08:00:00.000Z", "instanceState": "running",
		"tags": []map[string]string{{"key": "Name", "value": fmt.Sprintf("web-%02d", n)}},
		"networkInterfaces": []map[string]any{{
			"networkInterfaceId": fmt.Sprintf("eni-%017x", n+1), "subnetId": fmt.Sprintf("subnet-%017x", n%(2*vpcs)+1), "vpcId": fmt.Sprintf("vpc-%017x", vpc+1),
			"privateIpAddress": fmt.Sprintf("10.%d.%d.10", vpc, n), "publicIp": fmt.Sprintf("198.51.100.%d", n+1),
		}},
	}}
}

// Instance is the id of one of the instances.
func Instance(n int) string { return fmt.Sprintf("i-%017x", n+1) }
