package ledger_test

import (
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type attributes = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// others are n items that the ledger holds besides: of incidents that were released, of
// their evidence and questions, one of which nobody answered in time, and of findings
// that cut nothing. Ten make an incident.
func others(n int) iter.Seq[attributes] {
	return func(yield func(attributes) bool) {
		for i := range n {
			if !yield(other(i/10, i%10)) {
				return
			}
		}
	}
}

func other(incident, kind int) attributes {
	id := fmt.Sprintf("inc-20250101-%010x", incident)
	at := loadStart.Add(-time.Duration(incident+1) * time.Minute).Format("2006-01-02T15:04:05.000Z")
	instance := fmt.Sprintf("i-%017x", incident)
	key := func(pk, sk string) attributes { return attributes{"pk": str(pk), "sk": str(sk)} }
	switch kind {
	case 0:
		i := key("INCIDENT#"+id, "INCIDENT")
		i["status"], i["listed"], i["listedAt"] = str("released"), str("released"), str(at)
		return i
	case 1:
		return key("RESOURCE#instance#111122223333#eu-west-1#"+instance, "LOCK")
	case 2:
		return key("INCIDENT#"+id, "HELD#network-acl#111122223333#eu-west-1#subnet-other")
	case 3:
		i := key("INCIDENT#"+id, "QUESTION#req-"+id)
		i["request"] = str("req-" + id)
		return i
	case 4:
		i := key("REQUEST#req-"+id, "REQUEST")
		i["status"], i["listed"], i["listedAt"] = str("pending"), str("waiting"), str(at)
		return i
	case 5:
		i := key("FINDING#111122223333#"+id, "VERDICT#run")
		i["expiresAt"] = &types.AttributeValueMemberN{Value: "1900000000"}
		return i
	case 6, 7:
		return key("EVIDENCE#"+id, fmt.Sprintf("EVIDENCE#artifact-%d", kind))
	default:
		return key("INCIDENT#"+id, fmt.Sprintf("EVENT#contained#%d", kind))
	}
}
