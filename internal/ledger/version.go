package ledger

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// attrVersion is the version of the release that wrote an item last; items of before have none.
const attrVersion = "version"

// thisVersion is [quarantine.ItemVersion] as an attribute.
var thisVersion types.AttributeValue = &types.AttributeValueMemberN{Value: strconv.Itoa(quarantine.ItemVersion)}

// versioned has an update write the version, too.
func versioned(u expression.UpdateBuilder) expression.UpdateBuilder {
	return set(u, attrVersion, quarantine.ItemVersion)
}

// ofThisVersion is a condition with that of not being newer: a write of an older release would
// take what it does not know for something else.
func ofThisVersion(c expression.ConditionBuilder) expression.ConditionBuilder {
	name := expression.Name(attrVersion)
	known := name.AttributeNotExists().Or(name.LessThanEqual(value(quarantine.ItemVersion)))
	if !c.IsSet() {
		return known
	}
	return known.And(c)
}

// pastVersion names the error of a write that was refused because the item is newer; it leaves all
// other errors as they are.
func pastVersion(err error) error {
	old, ok := refused(err)
	if !ok || versionOf(old) <= quarantine.ItemVersion {
		return err
	}
	return quarantine.Failf(quarantine.NewerVersion, "the ledger's item %s/%s is of version %d, and this release knows %d: nothing was written; "+
		"bring the stack, or this program, to the release that wrote it", text(old, partitionKey), text(old, sortKey), versionOf(old), quarantine.ItemVersion)
}

// versionOf is an item's version; 0 of one from before there were versions.
func versionOf(i item) int {
	n, ok := i[attrVersion].(*types.AttributeValueMemberN)
	if !ok {
		return 0
	}
	v, err := strconv.Atoi(n.Value)
	if err != nil {
		return 0
	}
	return v
}

// newest is the highest version of items that are newer than this release knows, or 0. A thing's
// record is written in one transaction with the incident's pointer to it: the pointer tells of both.
func newest(items []item) (newer int) {
	for _, i := range items {
		if v := versionOf(i); v > quarantine.ItemVersion {
			newer = max(newer, v)
		}
	}
	return newer
}
