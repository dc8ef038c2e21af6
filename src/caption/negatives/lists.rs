//! Closed lists: what excludes what, what may be said of one thing, and what an eye can tell.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// A dimension in which a thing has one value at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Dimension {
    Colour,
    Pattern,
    Material,
    Size,
    Age,
    State,
}

/// Times, weathers and kinds of pictures that exclude each other: words of a caption, what is put for them, and what must be said neither there
/// nor in another caption of the image.
const TIMES: &[(&str, &str, &str)] = &[
    (
        "at night",
        "during the day",
        "day daytime light lights lit lamp lamps dark darkness neon moon moonlight stars star headlights headlight glowing \
         illuminated fireworks candles candle sun sunset",
    ),
    ("during the day", "at night", "night evening dark darkness sun sunny sunset shade shadow"),
    (
        "on a sunny day",
        "on a rainy day",
        "rain rainy raining wet umbrella umbrellas parasol cloud clouds cloudy bright",
    ),
    ("on a cloudy day", "on a sunny day", "sun sunny clear bright rain rainy"),
    ("on a rainy day", "on a sunny day", "sun sunny clear bright umbrella umbrellas wet raincoat puddle puddles rain"),
    ("on an overcast day", "on a sunny day", "sun sunny clear bright"),
    ("in the daytime", "at night", "night evening dark darkness sun sunny sunset"),
    ("black and white photo", "color photo", "color colorful colored"),
    ("black and white photograph", "color photograph", "color colorful colored"),
    ("black and white picture", "color picture", "color colorful colored"),
    ("black and white image", "color image", "color colorful colored"),
];

/// The dimensions with their values.
const VALUES: &[(Dimension, &str)] = &[
    (
        Dimension::Colour,
        "red blue green yellow black white brown orange pink purple gray grey golden silver beige teal maroon turquoise \
         violet tan blonde magenta",
    ),
    (Dimension::Pattern, "striped dotted checkered plaid spotted floral flowered"),
    (Dimension::Material, "wooden metal metallic plastic glass brick stone concrete leather paper marble steel woven"),
    (Dimension::Size, "small little tiny large big huge giant tall short long"),
    (Dimension::Age, "young old elderly older new modern antique vintage"),
    (
        Dimension::State,
        "open closed empty full wet dry clean dirty broken sunny cloudy snowy grassy sandy rocky rusty bald bearded \
         shirtless round square crowded lit unmade",
    ),
];

/// What is said of a colour.
const SHADES: &str = "light bright dark deep pale hot neon lime navy royal pastel baby solid off";

/// Colours without a hue, that captions pass over: what has a hue strikes the eye, and would have been said.
const PALE: &str = "black white gray grey silver golden beige tan brown blonde";

/// Things made whose colour is fixed by rule, covered, or seldom of one piece: of these a colour is odd, or may be there unsaid.
const UNPAINTED: &str = "ball balls court courts road roads street streets runway runways track tracks bed beds cake cakes pole \
                         poles kitchen kitchens room rooms bedroom bedrooms";

/// What is named with all that it holds: "a plate of rice".
const HOLDERS: &str = "plate plates bowl bowls cup cups mug mugs vase vases box boxes bag bags basket baskets tray trays dish \
                       dishes pot pots bucket buckets";

/// Values that may be said of one thing.
const NEAR: &[&str] = &[
    "gray grey silver white",
    "gray grey black silver",
    "brown tan beige golden blonde orange",
    "white beige tan blonde",
    "yellow golden blonde orange beige tan",
    "red maroon orange pink brown",
    "pink purple violet magenta maroon",
    "blue teal turquoise purple violet",
    "green teal turquoise",
    "striped plaid checkered",
    "dotted spotted",
    "floral flowered",
    "metal metallic steel",
    "brick stone concrete marble",
    "small little tiny short young",
    "large big huge giant tall long",
    "old elderly older antique vintage",
    "new modern young",
    "dirty rusty broken old",
    "sandy rocky",
];

/// Attributes that exclude each other, whatever a thing is.
const ANTONYMS: &str = "open closed empty full wet dry clean dirty old new old modern old young young elderly large small big \
                        small huge small huge tiny large tiny big tiny tall short tall small long short sunny cloudy snowy \
                        grassy snowy sandy rocky grassy sandy grassy round square crowded empty male female indoor outdoor \
                        striped plain wooden plastic wooden metal wooden concrete brick wooden stone wooden cooked raw bright \
                        dark happy sad calm rough thick thin made unmade busy empty busy quiet narrow wide leafless leafy \
                        rural urban lush barren steep flat colorful plain high low smooth rough shallow deep cold warm \
                        cold sunny sunny rainy public private ripe unripe sliced whole front back upper lower";

/// Relations that exclude each other, and what may have been meant by each.
const RELATIONS: &[(&str, &[&str])] = &[
    ("on top of", &["under", "beside"]),
    ("in front of", &["behind"]),
    ("behind", &["in front of"]),
    ("under", &["on top of"]),
    ("underneath", &["on top of"]),
    ("beneath", &["on top of"]),
    ("above", &["below", "under"]),
    ("below", &["above"]),
    ("inside", &["outside"]),
    ("outside", &["inside"]),
    ("inside of", &["outside of"]),
    ("outside of", &["inside of"]),
    ("up", &["down"]),
    ("down", &["up"]),
    ("near", &["under", "on top of"]),
    ("next to", &["under", "on top of", "inside"]),
    ("beside", &["under", "on top of", "inside"]),
    ("on", &["under", "behind", "next to"]),
    ("over", &["under"]),
    ("into", &["out of"]),
];

/// Postures and ways to move that exclude each other.
const POSTURES: &[(&str, &[&str])] = &[
    ("sitting", &["standing", "walking"]),
    ("standing", &["sitting", "laying", "lying", "sleeping"]),
    ("laying", &["standing", "walking"]),
    ("lying", &["standing", "walking"]),
    ("sleeping", &["standing", "walking", "playing"]),
    ("walking", &["sitting", "laying", "lying", "sleeping"]),
    ("running", &["sitting", "standing", "laying", "lying", "sleeping"]),
    ("jumping", &["sitting", "standing", "laying", "sleeping"]),
    ("kneeling", &["standing", "walking"]),
    ("flying", &["sitting", "standing"]),
    ("swimming", &["standing", "sitting", "flying"]),
    ("eating", &["sleeping"]),
    ("sits", &["stands", "walks"]),
    ("sit", &["stand", "walk"]),
    ("stands", &["sits", "lays", "lies"]),
    ("stand", &["sit", "lay", "lie"]),
    ("lays", &["stands", "walks"]),
    ("lay", &["stand", "walk"]),
    ("sleeps", &["stands", "walks"]),
    ("walks", &["sits", "lays"]),
    ("walk", &["sit", "lay"]),
    ("smiling", &["crying", "frowning", "yelling"]),
    ("pulling", &["pushing"]),
    ("pushing", &["pulling"]),
    ("opening", &["closing"]),
    ("closing", &["opening"]),
    ("throwing", &["catching"]),
    ("catching", &["throwing"]),
    ("throws", &["catches"]),
    ("catches", &["throws"]),
];
/// Those of them that have an object.
const TRANSITIVE: &str = "pulling pushing opening closing throwing catching throws catches";

/// The same of what drives.
const MOVES: &[(&str, &[&str])] = &[
    ("parked", &["driving", "traveling", "moving"]),
    ("sitting", &["driving", "traveling", "moving"]),
    ("driving", &["parked", "sitting"]),
    ("traveling", &["parked", "sitting"]),
    ("moving", &["parked", "sitting"]),
];

/// Words for children, each with those for the grown.
const AGES: &[(&str, &[&str])] = &[
    ("baby", &["man", "woman"]),
    ("child", &["man", "woman"]),
    ("kid", &["man", "woman"]),
    ("toddler", &["man", "woman"]),
    ("infant", &["man", "woman"]),
    ("babies", &["men", "women"]),
    ("children", &["men", "women"]),
    ("kids", &["men", "women"]),
    ("toddlers", &["men", "women"]),
];
/// What is of children.
const CHILDISH: &str = "crib diaper diapers stroller highchair chair pacifier playground school toy toys teddy doll dolls tricycle \
                        parent parents adult adults family t-ball costume costumes stuffed pajamas bottle baby child zoo";

/// Sports, of which one is played at a time, and the words of one of them.
const SPORTS: &str = "tennis baseball soccer basketball football volleyball golf hockey rugby";
const OF_SPORTS: &str = "racket rackets racquet racquets bat bats batter pitcher catcher umpire puck goalie hoop net helmet mitt \
                         glove pitch base swing swinging batting hit hitting";

/// Words for men and boys, each with that for women and girls.
const GENDERS: &[(&str, &str)] = &[
    ("man", "woman"),
    ("men", "women"),
    ("boy", "girl"),
    ("boys", "girls"),
    ("gentleman", "lady"),
    ("gentlemen", "ladies"),
    ("guy", "woman"),
    ("guys", "women"),
    ("male", "female"),
    ("father", "mother"),
    ("dad", "mom"),
    ("groom", "bride"),
    ("son", "daughter"),
    ("husband", "wife"),
    ("brother", "sister"),
    ("cowboy", "cowgirl"),
    ("businessman", "businesswoman"),
];
/// What is said of one gender alone, or nearly.
const GENDERED: &str = "bearded beard beards bald mustache moustache shirtless tie ties tuxedo dress dresses skirt skirts bikini \
                        bikinis blouse gown heels purse makeup pregnant lipstick ponytail pigtails bra tutu topless necktie jewelry blonde brunette";
/// Nouns for people of either gender and any age, which may be said of anyone.
const ANYONE: &str = "person people someone couple couples family crowd crowds group baby babies toddler toddlers child \
                      children kid kids adult adults friends player players surfer surfers skier skiers snowboarder \
                      snowboarders skateboarder skateboarders skater skaters rider riders team teenager teenagers";
/// Each list is of nouns that may be said of one thing, whatever WordNet says.
const SAME: &[&str] = &[
    "bike bicycle motorcycle motorbike cycle scooter moped bicycles bikes motorcycles scooters",
    "sofa couch chair seat bench loveseat recliner armchair stool ottoman chairs benches stools couches seats",
    "tv television screen monitor computer tvs televisions monitors screens laptop computers laptops desktop",
    "plane airplane jet aircraft airliner jetliner planes airplanes jets helicopter",
    "phone cellphone cell telephone smartphone phones cellphones device devices",
    "street road sidewalk highway roadway lane path pavement intersection streets roads sidewalks city town crosswalk corner \
     trail track tracks dirt driveway curb lot alley",
    "ocean sea water wave beach shore sand lake river surf pond waves stream pool",
    "field grass pasture meadow lawn yard park hill hillside plain grassland ground dirt fields forest woods tree trees \
     bush bushes enclosure pen zoo brush savannah plains area garden",
    "mountain hill slope hillside snow mountainside mountains hills slopes ramp cliff",
    "car vehicle truck van automobile suv traffic taxi cab pickup minivan cars trucks vehicles vans taxis jeep trailer",
    "bus vehicle buses vehicles tram trolley",
    "train trains tram trolley streetcar railcar car engine locomotive carriage wagon",
    "boat ship vessel canoe sailboat kayak raft ferry boats ships sailboats canoes yacht barge",
    "plate dish platter tray bowl pan plates dishes bowls trays pot container basket pots pans skillet dishware",
    "cup mug glass bottle drink cups mugs glasses bottles jar beverage wine beer coffee tea jars drinks soda juice vase pitcher",
    "food meal lunch dinner dish breakfast snack",
    "pizza pie slice",
    "sandwich burger hamburger sub bread bun toast sandwiches roll rolls bagel hotdog",
    "doughnut donut donuts doughnuts pastry pastries cake cakes dessert cupcake cupcakes muffin muffins cookie cookies desserts \
     pie bread bagels bagel",
    "fruit apple apples orange oranges banana bananas fruits pear pears vegetable vegetables produce",
    "meat chicken beef pork steak ham bacon sausage turkey fish",
    "vegetables vegetable broccoli carrots salad cauliflower lettuce greens peppers onions veggies celery peas beans spinach",
    "building house tower church store structure city home shop barn buildings houses wall bridge skyscraper temple \
     cathedral castle stores shops",
    "room home house living area hotel lobby hall studio apartment bedroom office den",
    "kitchen restaurant cafe diner bakery bar deli room",
    "bathroom restroom room",
    "bathroom restroom toilet urinal stall sink shower tub bathtub bath counter vanity toilets urinals sinks",
    "bear bears teddy toy animal toys doll animals",
    "horse horses pony donkey mule zebra cow cows bull cattle sheep goat goats calf lamb oxen animal",
    "dog dogs puppy puppies animal pet",
    "cat cats kitten kittens animal pet",
    "bird birds duck ducks goose geese seagull seagulls pigeon pigeons parrot owl swan swans chicken",
    "table desk counter countertop surface stand tables desks shelf shelves stove dresser nightstand top bench cabinet bar",
    "shirt jacket coat sweater vest top suit uniform shirts jackets jersey sweatshirt outfit hoodie clothes clothing wetsuit \
     dress gear blouse",
    "hat cap helmet hats helmets caps",
    "pants jeans shorts slacks",
    "shoes boots sneakers sandals",
    "skateboard surfboard snowboard board skis boards surfboards skateboards snowboards paddle",
    "racket racquet bat rackets racquets paddle",
    "ball baseball tennis soccer balls game frisbee football disc sport sports match",
    "court field stadium arena ground",
    "sign signs signal light lights lamp lamps traffic pole poles post billboard stoplight",
    "bag suitcase luggage backpack purse bags suitcases baggage case backpacks briefcase handbag",
    "knife fork spoon utensil utensils knives forks spoons silverware scissors chopsticks",
    "remote controller control wii game remotes phone",
    "fence gate wall railing rail fences cage barrier",
    "window door windows doors mirror mirrors doorway glass curtain curtains blinds",
    "stove oven microwave refrigerator fridge appliance appliances stovetop dishwasher",
    "flower flowers plant plants rose roses bouquet vase tulips pot",
    "umbrella umbrellas parasol tent canopy",
    "book books magazine paper newspaper papers magazines notebook",
    "bed beds mattress bunk blanket sheet pillow pillows blankets sheets covers comforter bedspread",
    "floor rug carpet mat tile tiles",
    "kite kites parasail sail parachute balloon",
    "face head mouth hand hands nose ear eyes hair arm arms back body lap leg legs paw",
    "runway tarmac airport airfield",
    "station platform stop",
    "rock rocks stone stones boulder",
    "tree trees branch branches log trunk stump",
    "clock clocks watch",
    "frosting icing cream sauce cheese toppings syrup",
    "sky cloud clouds",
    "grass hay leaves straw weeds",
];
/// Things that captions do not name although they are there, or names that fit almost anything.
const VAGUE: &str = "area place way thing things item items side top front middle piece pieces object objects lot bunch view scene \
                     picture photo image day time night body part parts background distance air trick game sun light shade \
                     reflection shadow ground work life style floor wall sky walls shirt hair hand hands face head eyes \
                     camera something one ones end back row pair couple set variety kind group number edge corner surface \
                     weather evening morning afternoon summer winter love fun tricks water shape color colors name fruit \
                     food meal while event use action position direction wear attire lots rest case midst use bit stuff \
                     inside outside close right left center others space sides order cross sit stand other line circle";

/// Parts of things, of which the things have a number of their own.
const PARTS: &str = "wheel wheels seat seats door doors window windows engine engines propeller propellers wing wings button \
                     buttons handle handles face faces story stories level levels slot slots burner burners drawer drawers";

fn among(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// The dimension of an attribute.
pub(super) fn dimension(word: &str) -> Option<Dimension> {
    VALUES.iter().find(|(_, values)| among(values, word)).map(|(dimension, _)| *dimension)
}

/// The values of a dimension.
pub(super) fn values(dimension: Dimension) -> impl Iterator<Item = &'static str> {
    VALUES.iter().filter(move |(known, _)| *known == dimension).flat_map(|(_, values)| values.split_ascii_whitespace())
}

/// Whether a colour has no hue.
pub(super) fn is_pale(colour: &str) -> bool {
    among(PALE, colour)
}

/// Whether no colour is added to a thing.
pub(super) fn is_unpainted(noun: &str) -> bool {
    among(UNPAINTED, noun.rsplit(' ').next().unwrap_or(noun))
}

/// Whether a thing is named with what it holds.
pub(super) fn holds(noun: &str) -> bool {
    among(HOLDERS, noun)
}

/// Whether two attributes may be said of one thing.
pub(super) fn near(a: &str, b: &str) -> bool {
    a == b || NEAR.iter().any(|list| among(list, a) && among(list, b))
}

/// The attributes that exclude one that has no dimension of many values.
pub(super) fn antonyms(word: &str) -> Vec<&'static str> {
    let words: Vec<&str> = ANTONYMS.split_ascii_whitespace().collect();
    let pairs = words.chunks_exact(2).map(|pair| (pair[0], pair[1]));
    let found = pairs.filter_map(|(a, b)| if a == word { Some(b) } else { (b == word).then_some(a) });
    found.collect()
}

/// Times, weathers and kinds of pictures: the words, what excludes them, and what must not be said.
pub(super) fn times() -> impl Iterator<Item = (&'static str, &'static str, Vec<&'static str>)> {
    TIMES.iter().map(|(old, new, unsaid)| (*old, *new, unsaid.split_ascii_whitespace().collect()))
}

/// Whether a word is said of a colour: "light".
pub(super) fn is_shade(word: &str) -> bool {
    among(SHADES, word)
}

/// The relations that exclude one.
pub(super) fn exclusive_relations(text: &str) -> &'static [&'static str] {
    RELATIONS.iter().find(|(known, _)| *known == text).map_or(&[], |(_, others)| others)
}

/// The relations of a list, the longest first.
pub(super) fn relations() -> impl Iterator<Item = &'static str> {
    let mut all: Vec<&str> = RELATIONS.iter().map(|(known, _)| *known).collect();
    all.sort_by_key(|text| std::cmp::Reverse(text.split(' ').count()));
    all.into_iter()
}

/// What excludes a posture or a way to move.
pub(super) fn exclusive_postures(word: &str) -> &'static [&'static str] {
    POSTURES.iter().find(|(known, _)| *known == word).map_or(&[], |(_, others)| others)
}

/// What excludes the way in which something drives, or that it does not.
pub(super) fn exclusive_moves(word: &str) -> &'static [&'static str] {
    MOVES.iter().find(|(known, _)| *known == word).map_or(&[], |(_, others)| others)
}

/// Whether a posture or a way to move has an object.
pub(super) fn has_object(word: &str) -> bool {
    among(TRANSITIVE, word)
}

/// Words for the grown, of a word for children.
pub(super) fn grown(word: &str) -> &'static [&'static str] {
    AGES.iter().find(|(known, _)| *known == word).map_or(&[], |(_, grown)| grown)
}

/// Whether a word is of children.
pub(super) fn is_childish(word: &str) -> bool {
    among(CHILDISH, word)
}

/// The word for the other gender.
pub(super) fn other_gender(word: &str) -> Option<&'static str> {
    GENDERS.iter().find_map(|(one, two)| if *one == word { Some(*two) } else { (*two == word).then_some(*one) })
}

/// Whether a word is for men and boys (`true`), women and girls, or neither.
pub(super) fn gender(word: &str) -> Option<bool> {
    GENDERS.iter().find_map(|(one, two)| if *one == word { Some(true) } else { (*two == word).then_some(false) })
}

/// Whether a word is said of one gender alone, or nearly.
pub(super) fn is_gendered(word: &str) -> bool {
    among(GENDERED, word)
}

/// Whether a noun is for people of any kind.
pub(super) fn is_anyone(word: &str) -> bool {
    among(ANYONE, word)
}

/// The lists of [`SAME`] that a word is in.
static LISTS: LazyLock<HashMap<&str, Vec<usize>>> = LazyLock::new(|| {
    let mut lists = HashMap::<&str, Vec<usize>>::new();
    for (at, list) in SAME.iter().enumerate() {
        list.split_ascii_whitespace().for_each(|word| lists.entry(word).or_default().push(at));
    }
    lists
});
static VAGUE_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| VAGUE.split_ascii_whitespace().collect());

/// Whether a noun names a part, of which things have a number of their own.
pub(super) fn is_part(noun: &str) -> bool {
    among(PARTS, noun)
}

/// Whether a word is a sport.
pub(super) fn is_sport(word: &str) -> bool {
    among(SPORTS, word)
}

/// Whether a word is of one sport alone.
pub(super) fn is_of_sport(word: &str) -> bool {
    among(OF_SPORTS, word)
}

/// The sports.
pub(super) fn sports() -> impl Iterator<Item = &'static str> {
    SPORTS.split_ascii_whitespace()
}

/// Whether two nouns, compounds included, may be said of one thing.
pub(super) fn same_thing(a: &str, b: &str) -> bool {
    let lists = |word: &str| LISTS.get(word).map_or(&[][..], Vec::as_slice);
    let one = |word: &str, other: &str| word == other || lists(word).iter().any(|list| lists(other).contains(list));
    a.split(' ').any(|word| b.split(' ').any(|other| one(word, other)))
}

/// Whether a noun says too little to be put for another, or to be missed.
pub(super) fn is_vague(noun: &str) -> bool {
    VAGUE_WORDS.contains(noun.rsplit(' ').next().unwrap_or(noun))
}
