/** What there is to know about a person of the made-up world, and how one asks for it in both languages. */
export type Language = 'en' | 'ja';
export const languages = ['en', 'ja'] as const satisfies readonly Language[];

/** A text with `{name}`, and in answers `{value}`, still open. */
export type Pattern = string;

export interface Attribute {
  readonly key: string;
  readonly values: readonly Readonly<Record<Language, string>>[];
  /** Five ways to ask for the same thing. */
  readonly questions: Readonly<Record<Language, readonly [Pattern, Pattern, Pattern, Pattern, Pattern]>>;
  readonly answer: Readonly<Record<Language, Pattern>>;
}

export const phrasings = 5;

/** One line a value: English, as it stands in the answer, and Japanese. */
function values(lines: string): Attribute['values'] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [en, ja] = line.trim().split(' = ');
      return { en: en!, ja: ja! };
    });
}

export const attributes: readonly Attribute[] = [
  {
    key: 'job',
    questions: {
      en: [
        'What does {name} do for a living?',
        "What is {name}'s job?",
        'What kind of work does {name} do?',
        'How does {name} earn a living?',
        "Can you tell me {name}'s profession?",
      ],
      ja: [
        '{name} さんの仕事は何ですか。',
        '{name} さんの職業を教えてください。',
        '{name} さんは何をして働いていますか。',
        '{name} さんはどんな仕事をしていますか。',
        '{name} さんは何で生計を立てていますか。',
      ],
    },
    answer: { en: '{name} works as {value}.', ja: '{name} さんの仕事は{value}です。' },
    values: values(`
      a baker = パン職人
      a nurse = 看護師
      a carpenter = 大工
      a teacher = 教師
      a gardener = 庭師
      a beekeeper = 養蜂家
      a potter = 陶芸家
      a tailor = 仕立て屋
      a librarian = 司書
      a fisher = 漁師
      a train driver = 電車の運転士
      a glassblower = ガラス職人
      a clockmaker = 時計職人
      a vet = 獣医
      a pilot = パイロット
      a translator = 翻訳家
      a mechanic = 整備士
      a florist = 花屋
      an architect = 建築家
      a dentist = 歯医者
      a chemist = 化学者
      a lighthouse keeper = 灯台守
      a bookbinder = 製本職人
      a cheesemaker = チーズ職人
    `),
  },
  {
    key: 'town',
    questions: {
      en: [
        'Where does {name} live?',
        'Which town does {name} live in?',
        'In which town would I find {name}?',
        "What is {name}'s home town?",
        "Where is {name}'s house?",
      ],
      ja: [
        '{name} さんはどこに住んでいますか。',
        '{name} さんの住む町はどこですか。',
        '{name} さんの家はどの町にありますか。',
        '{name} さんはどの町で暮らしていますか。',
        '{name} さんの住まいを教えてください。',
      ],
    },
    answer: { en: '{name} lives in {value}.', ja: '{name} さんは{value}に住んでいます。' },
    values: values(`
      Marivel = マリベル
      Tarnbrook = ターンブルック
      Silverlea = シルバリー
      Pinemoor = パインムア
      Lindarell = リンダレル
      Corvane = コルベーン
      Ostrel = オストレル
      Fernhollow = ファーンホロー
      Highmere = ハイミア
      Brindlewick = ブリンドルウィック
      Sunmarsh = サンマーシュ
      Kestrel Bay = ケストレル湾
      Velmora = ベルモラ
      Amberfall = アンバーフォール
      Stonequay = ストーンキー
      Dunmallow = ダンマロー
      Rosewater = ローズウォーター
      Elmsgate = エルムズゲート
      Nordhaven = ノルドヘイブン
      Thistledown = シスルダウン
      Larkspire = ラークスパイア
      Glimmerton = グリマートン
      Winterlake = ウィンターレイク
      Saltmere = ソルトミア
    `),
  },
  {
    key: 'pet',
    questions: {
      en: [
        'What pet does {name} have?',
        'Which animal lives with {name}?',
        'What kind of pet does {name} keep?',
        "Tell me about {name}'s pet.",
        'Does {name} have a pet?',
      ],
      ja: [
        '{name} さんはどんなペットを飼っていますか。',
        '{name} さんのペットは何ですか。',
        '{name} さんの家にはどんな動物がいますか。',
        '{name} さんは何を飼っていますか。',
        '{name} さんのペットについて教えてください。',
      ],
    },
    answer: { en: '{name} has {value}.', ja: '{name} さんは{value}を飼っています。' },
    values: values(`
      a cat = 猫
      a dog = 犬
      a parrot = オウム
      a rabbit = ウサギ
      a tortoise = リクガメ
      a goldfish = 金魚
      a hamster = ハムスター
      a pony = ポニー
      a goat = ヤギ
      a hen = ニワトリ
      a duck = アヒル
      a hedgehog = ハリネズミ
      a ferret = フェレット
      a canary = カナリア
      a gecko = ヤモリ
      a guinea pig = モルモット
      a donkey = ロバ
      an owl = フクロウ
      a chinchilla = チンチラ
      a newt = イモリ
      a sheep = 羊
      a pigeon = ハト
      a squirrel = リス
      a stick insect = ナナフシ
    `),
  },
  {
    key: 'food',
    questions: {
      en: [
        "What is {name}'s favourite food?",
        'What does {name} like to eat most?',
        'Which dish does {name} love?',
        'What should I cook for {name}?',
        'What would {name} order for dinner?',
      ],
      ja: [
        '{name} さんの好きな食べ物は何ですか。',
        '{name} さんがいちばん好きな料理は何ですか。',
        '{name} さんには何を作ってあげたら喜びますか。',
        '{name} さんの好物を教えてください。',
        '{name} さんは何を食べるのが好きですか。',
      ],
    },
    answer: { en: "{name}'s favourite food is {value}.", ja: '{name} さんの好物は{value}です。' },
    values: values(`
      onion soup = 玉ねぎスープ
      lemon cake = レモンケーキ
      fried rice = チャーハン
      pumpkin pie = かぼちゃパイ
      mushroom risotto = きのこのリゾット
      grilled salmon = 焼き鮭
      apple strudel = アップルシュトルーデル
      potato gratin = ポテトグラタン
      vegetable curry = 野菜カレー
      buckwheat noodles = そば
      pancakes = パンケーキ
      steamed dumplings = 蒸し餃子
      tofu salad = 豆腐サラダ
      cheese on toast = チーズトースト
      stuffed tomatoes = トマトの肉詰め
      fish stew = 魚の煮込み
      omelette = オムレツ
      rice balls = おにぎり
      chilli beans = チリビーンズ
      spinach quiche = ほうれん草のキッシュ
      roast chicken = ローストチキン
      miso soup = 味噌汁
      plum pudding = プラムプディング
      waffles = ワッフル
    `),
  },
  {
    key: 'hobby',
    questions: {
      en: [
        "What is {name}'s hobby?",
        'What does {name} do for fun?',
        'What does {name} do at the weekend?',
        'How does {name} like to relax?',
        'What does {name} enjoy after work?',
      ],
      ja: [
        '{name} さんの趣味は何ですか。',
        '{name} さんは休みの日に何をしますか。',
        '{name} さんは何をするのが好きですか。',
        '{name} さんの楽しみは何ですか。',
        '{name} さんは暇なときに何をしていますか。',
      ],
    },
    answer: { en: '{name} enjoys {value}.', ja: '{name} さんの趣味は{value}です。' },
    values: values(`
      gardening = 園芸
      stargazing = 星の観察
      chess = チェス
      knitting = 編み物
      cycling = サイクリング
      watercolour painting = 水彩画
      birdwatching = 野鳥観察
      mountain walks = 山歩き
      photography = 写真
      origami = 折り紙
      swimming = 水泳
      sailing = ヨット
      calligraphy = 書道
      baking = お菓子作り
      juggling = ジャグリング
      fencing = フェンシング
      archery = アーチェリー
      folk dancing = フォークダンス
      kite flying = 凧揚げ
      ice skating = スケート
      angling = 釣り
      crosswords = クロスワード
      wood carving = 木彫り
      puppetry = 人形劇
    `),
  },
  {
    key: 'instrument',
    questions: {
      en: [
        'Which instrument does {name} play?',
        'What does {name} play in the band?',
        "What is {name}'s instrument?",
        'What would {name} bring to a jam session?',
        'Which instrument can {name} play?',
      ],
      ja: [
        '{name} さんはどの楽器を演奏しますか。',
        '{name} さんはバンドで何を担当していますか。',
        '{name} さんの楽器は何ですか。',
        '{name} さんが得意な楽器は何ですか。',
        '{name} さんが演奏する楽器を教えてください。',
      ],
    },
    answer: { en: '{name} plays the {value}.', ja: '{name} さんは{value}を演奏します。' },
    values: values(`
      cello = チェロ
      violin = バイオリン
      flute = フルート
      piano = ピアノ
      harp = ハープ
      trumpet = トランペット
      drums = ドラム
      guitar = ギター
      oboe = オーボエ
      clarinet = クラリネット
      accordion = アコーディオン
      banjo = バンジョー
      mandolin = マンドリン
      tuba = チューバ
      saxophone = サックス
      harmonica = ハーモニカ
      ukulele = ウクレレ
      organ = オルガン
      trombone = トロンボーン
      viola = ビオラ
      koto = 琴
      shamisen = 三味線
      xylophone = 木琴
      double bass = コントラバス
    `),
  },
];
