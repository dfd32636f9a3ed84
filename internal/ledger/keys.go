package ledger

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Sort keys, and what sort keys begin with.
const (
	sortLock       = "LOCK"
	sortIncident   = "INCIDENT"
	sortQuarantine = "QUARANTINE"
	prefixEvent    = "EVENT#"
	prefixEvidence = "EVIDENCE#"
)

type key = map[string]types.AttributeValue

func keyOf(pk, sk string) key {
	return key{
		partitionKey: &types.AttributeValueMemberS{Value: pk},
		sortKey:      &types.AttributeValueMemberS{Value: sk},
	}
}

func incidentPK(id string) string { return "INCIDENT#" + id }

func lockKey(t quarantine.Resource) key { return keyOf(quarantine.LockKey(t), sortLock) }

func incidentKey(id string) key { return keyOf(incidentPK(id), sortIncident) }

// evidencePK is the partition of an incident's evidence: it is apart from the
// incident's, so that forensics alone may write into it.
func evidencePK(incident string) string { return "EVIDENCE#" + incident }

func evidenceKey(incident, name string) key {
	return keyOf(evidencePK(incident), prefixEvidence+name)
}

func subnetKey(q quarantine.Quarantine) key {
	return keyOf("SUBNET#"+q.AccountID+"#"+q.Region+"#"+q.SubnetID, sortQuarantine)
}

// eventKey names the event by kind and id; an event without an id is one of
// its kind a millisecond.
func eventKey(incident string, e quarantine.Event) key {
	id := e.ID
	if id == "" {
		id = stamp(e.At)
	}
	return keyOf(incidentPK(incident), prefixEvent+string(e.Kind)+"#"+id)
}
