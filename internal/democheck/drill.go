package democheck

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// A drill's finding has the type and severity that GuardDuty gives a miner.
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-ec2.html
const (
	drillType     = "CryptoCurrency:EC2/BitcoinTool.B!DNS"
	drillSeverity = 8
	drillDomain   = "pool.minergate.com"
)

// object is a JSON object.
type object = map[string]any

// DrillEvent is an event about the demo's instance in the form in which EventBridge
// delivers GuardDuty's. It is not a sample finding, because a sample never isolates;
// its id, title and description say that it is a drill, who started it, and by which command
// of ours. That is for people alone: the ledger's record makes a drill, and no event does.
func DrillEvent(d Demo, i quarantine.Instance, partition, by, command, id string, now time.Time) ([]byte, error) {
	at := now.UTC().Format("2006-01-02T15:04:05.000Z")
	return json.Marshal(object{
		"version": "0", "id": id, "detail-type": "GuardDuty Finding", "source": "aws.guardduty",
		"account": d.Resource.AccountID, "region": d.Resource.Region, "time": at, "resources": []string{},
		"detail": object{
			"schemaVersion": "2.0", "accountId": d.Resource.AccountID, "region": d.Resource.Region, "partition": partition,
			"id": id, "type": drillType, "severity": drillSeverity, "createdAt": at, "updatedAt": at,
			"title": fmt.Sprintf("DRILL by quarantine %s: %s is taken for a miner", command, i.ID),
			"description": fmt.Sprintf("A synthetic finding, begun by %s to try the quarantine on the demo %s. GuardDuty has reported nothing.",
				by, d.Stack),
			"resource": object{"resourceType": quarantine.ResourceInstance, "instanceDetails": instanceDetails(i)},
			"service": object{
				"serviceName": "guardduty", "resourceRole": "TARGET", "archived": false, "count": 1, "eventFirstSeen": at, "eventLastSeen": at,
				"action":         object{"actionType": "DNS_REQUEST", "dnsRequestAction": object{"domain": drillDomain, "protocol": "UDP", "blocked": false}},
				"additionalInfo": object{"type": "default", "value": fmt.Sprintf(`{"madeBy":"quarantine %s"}`, command)},
			},
		},
	})
}

// instanceDetails are the instance's details in GuardDuty's format:
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_InstanceDetails.html
func instanceDetails(i quarantine.Instance) object {
	tags, interfaces := []object{}, []object{}
	for key, value := range i.Tags {
		tags = append(tags, object{"key": key, "value": value})
	}
	for _, n := range i.Interfaces {
		groups := []object{}
		for _, id := range n.SecurityGroups {
			groups = append(groups, object{"groupId": id})
		}
		interfaces = append(interfaces, object{
			"networkInterfaceId": n.ID, "vpcId": n.VPCID, "subnetId": n.SubnetID, "privateIpAddress": n.PrivateIP, "publicIp": n.PublicIP,
			"ipv6Addresses": []string{}, "securityGroups": groups,
		})
	}
	return object{
		"instanceId": i.ID, "instanceType": i.Type, "instanceState": i.State, "imageId": i.ImageID,
		"launchTime": i.LaunchedAt.UTC().Format(time.RFC3339), "platform": nil, "productCodes": []object{},
		"networkInterfaces": interfaces, "tags": tags,
	}
}
