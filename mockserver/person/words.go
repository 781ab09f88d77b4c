package person

// word is a made-up name in two scripts.
type word struct{ latin, arabic string }

// The lists below are read only. Changing one changes the people of all seeds.

var womensNames = []word{
	{"Isolde", "إيزولده"},
	{"Marit", "ماريت"},
	{"Thessia", "ثيسيا"},
	{"Oriveth", "أوريفث"},
	{"Zoëlle", "زويل"},
	{"Calenya", "كالينيا"},
	{"Brisael", "بريسايل"},
	{"Ymara", "يمارا"},
	{"Quenilla", "كوينيلا"},
	{"Sorrelda", "سوريلدا"},
	{"Anouvie", "أنوفي"},
	{"Maëvine", "مايفين"},
	{"Tavirra", "تافيرا"},
	{"Ophirra", "أوفيرا"},
	{"Velda-Rae", "فيلدا راي"},
	{"Jessamyra", "جيسامايرا"},
	{"Frøyelle", "فرويل"},
	{"Corvanna", "كورفانا"},
	{"Ædrisse", "إدريس"},
	{"Wilmaude", "ويلمود"},
}

var mensNames = []word{
	{"Thandor", "ثاندور"},
	{"Evrik", "إفريك"},
	{"Odmarr", "أودمار"},
	{"Rusken", "راسكن"},
	{"Søvren", "سوفرن"},
	{"Brannoc", "برانوك"},
	{"Ilvane", "إلفان"},
	{"Jorrick", "جوريك"},
	{"Lucavar", "لوكافار"},
	{"Peregon", "بيريغون"},
	{"Théovald", "ثيوفالد"},
	{"Quillon", "كويلون"},
	{"Marrec", "ماريك"},
	{"Hadrimar", "هادريمار"},
	{"Osgrave", "أوسغريف"},
	{"Wendric", "وندريك"},
	{"Jean-Torvil", "جان تورفيل"},
	{"Zephrin", "زفرين"},
	{"Kestrin", "كسترين"},
	{"Núrio", "نوريو"},
}

var surnames = []word{
	{"Veltrane", "فلتران"},
	{"O'Quillmere", "أوكويلمير"},
	{"Brøndvask", "بروندفاسك"},
	{"Straßwick", "شتراسويك"},
	{"D'Arvenne", "دارفين"},
	{"Saint-Lorvain", "سان لورفان"},
	{"Ñandrell", "نياندريل"},
	{"Harrowfenn", "هاروفين"},
	{"Mirkstad", "ميركستاد"},
	{"Tolvannen", "تولفانن"},
	{"Çelibrand", "تشيليبراند"},
	{"Ashgrove-Pellard", "أشغروف بيلارد"},
	{"Dunmarrow", "دونمارو"},
	{"Ekkelund", "إكلوند"},
	{"Fjordmark", "فيوردمارك"},
	{"Gildersen", "غيلدرسن"},
	{"Ilmerance", "إلميرانس"},
	{"Jövander", "يوفاندر"},
	{"Kallimore", "كاليمور"},
	{"Lindqvarn", "ليندكفارن"},
	{"Morvélien", "مورفيليان"},
	{"Nethersole-Vance", "نذرسول فانس"},
	{"Orbeckett", "أوربيكيت"},
	{"Pravillon", "برافيلون"},
	{"Quenstadt", "كوينشتات"},
	{"Rosvallen", "روسفالن"},
	{"Šternavik", "شترنافيك"},
	{"Thornevale", "ثورنفيل"},
	{"Umbrecht", "أومبرخت"},
	{"Wintergarde-Hollowmere", "وينترغارد هولومير"},
	{"Yarrowen", "ياروين"},
	{"Zellwager", "زلفاغر"},
}

var places = []word{
	{"New Havenby", "نيو هافنبي"},
	{"Port Ilmere", "بورت إلمير"},
	{"Saint-Orvale", "سان أورفال"},
	{"Kestrelmouth", "كسترلماوث"},
	{"Upper Dravance", "أبر درافانس"},
	{"Lindermoor", "ليندرمور"},
	{"Östervik Landing", "أوسترفيك لاندينغ"},
	{"Marrowgate", "مارو غيت"},
}

var streets = []word{
	{"Example Road", "شارع المثال"},
	{"Specimen Street", "شارع النموذج"},
	{"Placeholder Lane", "شارع العينة"},
	{"Sample Square", "ميدان التجربة"},
}

var occupations = []word{
	{"Accountant", "محاسب"},
	{"Baker", "خباز"},
	{"Cartographer", "رسام خرائط"},
	{"Engineer", "مهندس"},
	{"Librarian", "أمين مكتبة"},
	{"Nurse", "ممرض"},
	{"Teacher", "مدرس"},
	{"Translator", "مترجم"},
}

var (
	employers  = []string{"Example Trading FZ-LLC", "Sample & Daughters Ltd", "Placeholder Holdings", "Specimen Works <Utopia>", "Dummy Data Bureau"}
	bloodTypes = []string{"O+", "A+", "B+", "AB+", "O-", "A-"}
)
