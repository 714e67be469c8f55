"""Lists of invented people's name parts, common ones first, by the cultures of the United Kingdom's register."""

from __future__ import annotations

from dataclasses import dataclass


def words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


@dataclass(frozen=True, slots=True)
class Culture:
    """Name parts that go together; `abroad` is the share of people who live outside the country, in percent."""

    weight: int
    men: tuple[str, ...]
    women: tuple[str, ...]
    surnames: tuple[str, ...]
    nationalities: tuple[str, ...]
    home: str
    abroad: int


_ENGLISH_MEN = words(
    "David John James Paul Andrew Michael Robert Mark Richard Peter Christopher Stephen Thomas Simon Ian Daniel Matthew "
    "William Jonathan Martin Anthony Philip Steven Benjamin Alexander Nicholas Kevin Neil Alan Adam Gary Jack Graham Lee "
    "Samuel Stuart Luke Timothy George Edward Joseph Craig Oliver Harry Colin Dean Keith Barry Trevor Leonard Roger Nigel "
    "Clive Duncan Gavin Julian Marcus Rupert Toby Barnaby Crispin Lionel Wilfred Ivor"
)
_ENGLISH_WOMEN = words(
    "Sarah Susan Emma Helen Karen Claire Nicola Julie Elizabeth Rachel Lisa Amanda Jane Victoria Joanne Laura Jennifer "
    "Rebecca Charlotte Catherine Margaret Alison Samantha Louise Deborah Hannah Lucy Caroline Michelle Angela Christine "
    "Patricia Jacqueline Natalie Emily Katherine Gemma Kelly Tracey Lauren Sophie Heather Ruth Fiona Anne-Marie Beverley "
    "Georgina Harriet Philippa Rosalind Tamsin Verity Winifred Imogen Cordelia Jemima Mary-Jane Zoë Chloë Renée"
)
_ENGLISH_SURNAMES = words(
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green "
    "Hall Wood Jackson Clarke Harris Lewis Turner Hill Cooper Ward Moore Morris Baker Harrison Martin Morgan Allen Parker "
    "King Cook Bennett Shaw Carter Mitchell Phillips Price Young Watson Griffiths Edwards Bailey Collins Richardson Cox "
    "Marshall Gray Simpson Webb Hunt Chapman Mills Palmer Holmes Rogers Stevens Knight Butler Barnes Fisher Pearson "
    "Foster Powell Dixon Harvey Hughes Day Fletcher Barker Reynolds Lawson Spencer Gibbs Pope Lamb Peacock Quick Trott"
)
_FRONTS = words(
    "Ash Beck Birch Black Brad Bram Brent Broad Brook Bur Cald Carl Chad Clay Clif Crom Cul Dal Dun East Ed Elm Fair Farn "
    "Field Gar Gil Good Green Had Hal Ham Hart Haw Hazel Hol Hop Hor Kel Kirk Lang Law Leigh Lind Long Mar Mel Mid Nor Oak "
    "Pen Pres Rad Ray Rod Rush Sel Shel Stan Staple Strat Sut Swin Thorn Under Wake Wal War West Whit Wim Win Wood Wyn Yar"
)
_BACKS = words(
    "ley ton ford well ham by wick worth field den bourne stone hurst combe more land wood shaw croft dale"
)

ENGLISH = Culture(
    58,
    _ENGLISH_MEN,
    _ENGLISH_WOMEN,
    (*_ENGLISH_SURNAMES, *(front + back for back in _BACKS for front in _FRONTS)),
    ("British", "British", "British", "British", "English", "United Kingdom"),
    "England",
    2,
)
CELTIC = Culture(
    12,
    words(
        "Sean Patrick Liam Ciaran Declan Gareth Rhys Owen Dylan Ewan Callum Hamish Angus Brendan Eoin Seán Pádraig Fergus "
        "Iain Alasdair Huw Dafydd Emyr Cormac Niall Conor Rory Lachlan"
    ),
    words(
        "Siobhan Aoife Niamh Sinead Bronwen Cerys Mairead Morag Eilidh Catriona Isla Orla Siân Siobhán Caoimhe Gráinne "
        "Rhiannon Angharad Ffion Kirsty Shona Deirdre Róisín Bríd"
    ),
    words(
        "Murphy Kelly O'Brien McDonald Campbell Stewart O'Connor Byrne Ryan MacLeod Fraser Murray Doyle McCarthy Gallagher "
        "Llewellyn Pritchard Bevan Gwynne O'Sullivan McKenzie Macleod Kavanagh Quinn Brennan Ó_Briain Ní_Dhomhnaill Rafferty "
        "McAllister O'Doherty Mac_Giolla Buchanan Drummond Kinnaird Colquhoun Penhaligon Trevithick Fitzgerald"
    ),
    ("Irish", "British", "British", "Scottish", "Welsh"),
    "Ireland",
    12,
)
SOUTH_ASIAN = Culture(
    12,
    words(
        "Mohammed Muhammad Amit Imran Rajesh Abdul Sanjay Ali Harpreet Ahmed Kamran Vijay Gurpreet Suresh Tariq Rahul "
        "Nadeem Asif Jaswinder Arjun Zubair Farhan Mohamed Rakesh Shahid Naveed Bilal Deepak Manjit Hassan Mohammad Usman"
    ),
    words(
        "Fatima Priya Aisha Harpreet Nasreen Sunita Shabana Manpreet Ayesha Anita Saima Kavita Rukhsana Jaspreet Zainab "
        "Meera Farzana Parminder Sadia Nisha Rehana Deepa Samina Simran Tahira Lakshmi Khadija"
    ),
    words(
        "Patel Khan Singh Ahmed Hussain Ali Kaur Shah Begum Sharma Malik Mahmood Akhtar Iqbal Gill Miah Rahman Chaudhry "
        "Mistry Desai Sandhu Bhatt Qureshi Choudhury Dhillon Joshi Chowdhury Mehta Siddiqui Uddin Nair Iyer Bajwa Virdee "
        "Parmar Butt Raja Mirza Sidhu Bains Lakhani Thakkar"
    ),
    ("British", "British", "Indian", "Pakistani", "Bangladeshi", "British Asian"),
    "India",
    8,
)
POLISH = Culture(
    4,
    words(
        "Piotr Tomasz Krzysztof Marcin Paweł Michał Łukasz Grzegorz Rafał Jakub Mateusz Wojciech Zbigniew Sławomir Jarosław"
    ),
    words(
        "Anna Katarzyna Agnieszka Małgorzata Joanna Monika Magdalena Ewa Dorota Karolina Elżbieta Żaneta Bożena Iwona"
    ),
    words(
        "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski "
        "Jankowski Mazur Krawczyk Piotrowski Grabowski Pawłowski Michalski Król Wróbel Jabłoński Sikora Baran Żak Łuczak "
        "Świątek Gołębiowski Rzepecki Czajka"
    ),
    ("Polish", "Polish", "British"),
    "Poland",
    14,
)
ROMANIAN = Culture(
    4,
    words(
        "Andrei Mihai Ion Gheorghe Alexandru Cristian Marian Florin Ștefan Vasile Daniel Ionuț Răzvan Bogdan Cătălin"
    ),
    words(
        "Maria Elena Ioana Mihaela Andreea Cristina Gabriela Ana-Maria Alina Ștefania Roxana Mădălina Florentina"
    ),
    words(
        "Popescu Ionescu Popa Radu Dumitru Stan Stoica Gheorghe Matei Ciobanu Rusu Munteanu Moldovan Șerban Constantin "
        "Lazăr Țurcanu Ungureanu Bălan Sârbu Drăgan Petrescu Vlad Năstase Pîrvu"
    ),
    ("Romanian", "Romanian", "Romanian", "Moldovan"),
    "Romania",
    12,
)
NIGERIAN = Culture(
    4,
    words(
        "Emmanuel Oluwaseun Chukwuemeka Tunde Ifeanyi Babatunde Chinedu Kayode Ayodele Obinna Segun Musa Femi Olumide Uche"
    ),
    words(
        "Blessing Ngozi Funmilayo Chioma Folake Adaeze Oluwatoyin Amaka Titilayo Ifeoma Yetunde Bolanle Nkechi Hadiza"
    ),
    words(
        "Okafor Adeyemi Okonkwo Ogunleye Eze Adebayo Nwosu Balogun Ibrahim Okoro Afolabi Uzoma Olawale Chukwu Adewale Oyelaran "
        "Bello Onyekachi Akinwande Ojo Obi Danjuma Ekwueme Fashola"
    ),
    ("Nigerian", "British", "British/Nigerian"),
    "Nigeria",
    18,
)
CHINESE = Culture(
    3,
    words(
        "Wei Jian Ming Xiao_Ming Zhiqiang Jun Haoran Kwok_Wai Chi_Keung Yong Guo_Dong Tsz_Ho Xiaoming Jianguo Lei Bo"
    ),
    words(
        "Li_Na Xiu_Ying Mei Fang Yan Xiaoli Hui_Min Wai_Ling Jing Yuk_Ling Xin Lan Ka_Yan Meiling Xiaomei Qian"
    ),
    words(
        "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Lin Guo He Gao Luo Chan Wong Cheung Leung Ng Lau Lam "
        "Ho Kwok Tsang Yip Xie Lü Ouyang"
    ),
    ("Chinese", "British", "Hong Konger", "Chinese"),
    "China",
    30,
)
EUROPEAN = Culture(
    3,
    words(
        "Aleksandr Dmitry Yiannis Jürgen François José Giovanni Mehmet Oleksandr Søren Günther Luís Matteo Sergei Nikolaos "
        "Jean-Pierre Björn Vytautas Zoltán Miloš"
    ),
    words(
        "Yuliia Olena Eleni María Giulia Françoise Ayşe Ingrid Natalia Zsófia Małgosia Beatriz Anastasia Élodie Jürgita Snežana"
    ),
    words(
        "Ivanov Shevchenko Papadopoulos Müller Dubois García Rossi Yılmaz Kovalenko Jørgensen Schäfer Fernandes Bianchi Petrov "
        "Georgiou Lefèvre Öztürk Kazlauskas Nagy Novák Bērziņš Tkachenko Grün Núñez Weiß Çelik"
    ),
    (
        "Ukrainian",
        "Russian",
        "Greek",
        "German",
        "French",
        "Spanish",
        "Italian",
        "Turkish",
        "Portuguese",
        "Lithuanian",
    ),
    "Germany",
    25,
)

CULTURES = (ENGLISH, CELTIC, SOUTH_ASIAN, POLISH, ROMANIAN, NIGERIAN, CHINESE, EUROPEAN)

NICKNAMES = {
    "David": "Dave",
    "James": "Jim",
    "Andrew": "Andy",
    "Michael": "Mike",
    "Robert": "Bob",
    "Richard": "Dick",
    "Peter": "Pete",
    "Christopher": "Chris",
    "Stephen": "Steve",
    "Steven": "Steve",
    "Thomas": "Tom",
    "Daniel": "Dan",
    "Matthew": "Matt",
    "William": "Bill",
    "Jonathan": "Jon",
    "Anthony": "Tony",
    "Philip": "Phil",
    "Benjamin": "Ben",
    "Alexander": "Alex",
    "Nicholas": "Nick",
    "Samuel": "Sam",
    "Timothy": "Tim",
    "Edward": "Ted",
    "Joseph": "Joe",
    "Susan": "Sue",
    "Elizabeth": "Liz",
    "Amanda": "Mandy",
    "Victoria": "Vicky",
    "Jennifer": "Jenny",
    "Rebecca": "Becky",
    "Catherine": "Kate",
    "Katherine": "Kathy",
    "Margaret": "Maggie",
    "Samantha": "Sam",
    "Deborah": "Debbie",
    "Christine": "Chris",
    "Patricia": "Pat",
    "Jacqueline": "Jackie",
    "Georgina": "Georgie",
    "Katarzyna": "Kasia",
    "Małgorzata": "Gosia",
    "Agnieszka": "Aga",
    "Krzysztof": "Krzys",
    "Emmanuel": "Emma",
    "Chukwuemeka": "Emeka",
    "Oluwaseun": "Seun",
}
SPELLINGS = {
    "Mohammed": "Muhammad",
    "Muhammad": "Mohammad",
    "Mohamed": "Mohammed",
    "Mohammad": "Mohamed",
    "Ahmed": "Ahmad",
    "Hussain": "Hussein",
    "Chaudhry": "Choudhary",
    "Choudhury": "Chowdhury",
    "Chowdhury": "Chaudhuri",
    "Rahman": "Rehman",
    "Aleksandr": "Alexander",
    "Oleksandr": "Alexander",
    "Dmitry": "Dmitri",
    "Sergei": "Sergey",
    "Yuliia": "Julia",
    "Olena": "Elena",
    "Yiannis": "Ioannis",
    "Nikolaos": "Nicolas",
    "Siddiqui": "Siddiqi",
    "Qureshi": "Quraishi",
    "Ayesha": "Aisha",
    "Aisha": "Aysha",
    "Zhang": "Chang",
    "Xu": "Hsu",
    "Zhou": "Chou",
    "Cheung": "Zhang",
    "Wong": "Wang",
    "Sean": "Shaun",
    "Catherine": "Katherine",
    "Stephen": "Steven",
    "Philip": "Phillip",
    "Sarah": "Sara",
    "Ian": "Iain",
    "Clarke": "Clark",
    "Davies": "Davis",
    "Macleod": "MacLeod",
    "McDonald": "MacDonald",
    "McKenzie": "Mackenzie",
}
# Letters that do not fall apart into a base letter and a mark.
LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "ı": "i", "đ": "d", "Đ": "D"})
