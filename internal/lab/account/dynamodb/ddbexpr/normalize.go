package ddbexpr

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxDepth is the maximum nesting of lists and maps:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const maxDepth = 32

// Normalize returns a deep copy of the item in the form in which DynamoDB stores it, or the
// error with which DynamoDB would reject it.
func Normalize(item Item) (Item, error) { return normalizeMap(item, 0) }

func normalizeMap(item Item, depth int) (Item, error) {
	out := make(Item, len(item))
	for name, v := range item {
		kept, err := normalize(v, depth+1)
		if err != nil {
			return nil, err
		}
		out[name] = kept
	}
	return out, nil
}

func normalize(v types.AttributeValue, depth int) (types.AttributeValue, error) {
	if depth > maxDepth+1 {
		return nil, errorf("Nesting Levels have exceeded supported limits: Attributes Nesting Depth exceeded the maximum of %d", maxDepth)
	}
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return &types.AttributeValueMemberS{Value: v.Value}, nil
	case *types.AttributeValueMemberN:
		d, err := parseNumber(v.Value)
		return &types.AttributeValueMemberN{Value: d.text(err)}, err
	case *types.AttributeValueMemberB:
		return &types.AttributeValueMemberB{Value: slices.Clone(v.Value)}, nil
	case *types.AttributeValueMemberBOOL:
		return &types.AttributeValueMemberBOOL{Value: v.Value}, nil
	case *types.AttributeValueMemberNULL:
		if !v.Value {
			return nil, errorf("One or more parameter values were invalid: Null attribute value types must have the value of true")
		}
		return &types.AttributeValueMemberNULL{Value: true}, nil
	case *types.AttributeValueMemberM:
		inner, err := normalizeMap(v.Value, depth)
		return &types.AttributeValueMemberM{Value: inner}, err
	case *types.AttributeValueMemberL:
		return normalizeList(v, depth)
	case nil:
		return nil, errorf("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	default:
		return normalizeSet(v)
	}
}

func (d decimal) text(err error) string {
	if err != nil {
		return ""
	}
	return d.String()
}

func normalizeList(v *types.AttributeValueMemberL, depth int) (types.AttributeValue, error) {
	out := &types.AttributeValueMemberL{Value: make([]types.AttributeValue, 0, len(v.Value))}
	for _, e := range v.Value {
		kept, err := normalize(e, depth+1)
		if err != nil {
			return nil, err
		}
		out.Value = append(out.Value, kept)
	}
	return out, nil
}

var setNames = map[string]string{"SS": "string", "NS": "number", "BS": "binary"}

func normalizeSet(v types.AttributeValue) (types.AttributeValue, error) {
	kind, members := TypeOf(v), elements(v)
	if !isSet(kind) {
		return nil, errorf("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	}
	if len(members) == 0 {
		return nil, errorf("One or more parameter values were invalid: An %s set  may not be empty", setNames[kind])
	}
	var kept []types.AttributeValue
	for _, m := range members {
		n, err := normalize(m, 0)
		if err != nil {
			return nil, err
		}
		if has(kept, n) {
			return nil, errorf("One or more parameter values were invalid: Input collection contains duplicates.")
		}
		kept = append(kept, n)
	}
	return setOf(kind, kept), nil
}

// Size is an item's size in bytes, which counts against the limit of 400 KB:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
func Size(item Item) int {
	total := 0
	for name, v := range item {
		total += len(name) + sizeOf(v)
	}
	return total
}

func sizeOf(v types.AttributeValue) int {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return len(v.Value)/2 + 1
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberM:
		return 3 + Size(v.Value) + len(v.Value)
	case *types.AttributeValueMemberL:
		total := 3
		for _, e := range v.Value {
			total += 1 + sizeOf(e)
		}
		return total
	case *types.AttributeValueMemberBOOL, *types.AttributeValueMemberNULL:
		return 1
	default:
		total := 0
		for _, e := range elements(v) {
			total += sizeOf(e)
		}
		return total
	}
}
